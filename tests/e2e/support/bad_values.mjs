// Values nobody should send, made from a parameter's schema: what it must refuse, and what it must live with.
//
//   {value, refused}   `refused`: the schema forbids it, so the field has to be named; else any answer short of 5xx will do

const hostileTexts = [
  '\u0000', 'a\u0000b', "'; DROP TABLE documents; --", '" OR 1=1 --', '(((((a+)+)+)+)$', '[a-', '\\', '%', '_%_', '{{evil}}', '$in.login', '%00', '../../etc/passwd',
  '\u202eevil\u202c', '\ud83c\udf92\u0301', ' ', '\r\nX-Injected: yes', '<script>alert(1)</script>', 'x'.repeat(70_000), '9'.repeat(400), '-0', '1e999', 'NaN', 'null',
];
const hasNul = (text) => text.includes('\u0000');
const mayBe = (value) => ({ value, refused: false });
const mustNotBe = (value) => ({ value, refused: true });

function badTexts(schema) {
  const bad = hostileTexts.map((value) => ({ value, refused: hasNul(value) || schema.enum !== undefined || ['email', 'date', 'timezone'].includes(schema.format) }));
  if (schema.enum) bad.push(...['', 'nope', String(schema.enum[0]).toUpperCase(), `${schema.enum[0]} `].filter((text) => !schema.enum.includes(text)).map(mustNotBe));
  if (schema.format === 'email') bad.push(...['', 'nobody', '@', 'a@', '@b.test', 'a b@c.test', 'a@b.test\n', 'a@b@c.test'].map(mustNotBe));
  if (schema.format === 'date') bad.push(...['2021-02-29', '2021-13-01', '2021-1-1', '21-01-01', '2021/01/01', '2021-01-01T00:00:00Z', 'today', '0'].map(mustNotBe));
  if (schema.format === 'timezone') bad.push(...['Mars/Base', 'UTC+1', '../UTC', 'europe/berlin'].map(mustNotBe));
  if (schema.minLength > 0) bad.push(mustNotBe('x'.repeat(schema.minLength - 1)));
  if (schema.maxLength) bad.push(mustNotBe('x'.repeat(schema.maxLength + 1)));
  if (schema.pattern) bad.push(...['!!', 'x'.repeat(5000)].map(mustNotBe));
  return [...bad, ...[{}, { a: 1 }, ['a', 'b'], [], [[]]].map(mustNotBe), mayBe(true), mayBe(-1), mayBe(1e300)];
}

function badNumbers(schema) {
  const integer = schema.type === 'integer';
  const bad = ['x', ' ', '1,5', '0x10', '\u0661', '1\u00002', '9'.repeat(400), {}, { a: 1 }, [], ['x', 'y'], [[1]]].map(mustNotBe);
  if (integer) bad.push(...['1.5', 1.5, 1e300, '99999999999999999999', '-99999999999999999999'].map(mustNotBe));
  if (schema.minimum !== undefined) bad.push(mustNotBe(schema.minimum - 1), mustNotBe(String(schema.minimum - 1)));
  if (schema.maximum !== undefined) bad.push(mustNotBe(schema.maximum + 1));
  if (schema.enum) bad.push(mustNotBe(Math.max(...schema.enum) + 1), mustNotBe(-1));
  return [...bad, mayBe(Number.MAX_SAFE_INTEGER), mayBe(true), mayBe('true')];
}

// `depth`: schemas may refer to themselves.
export function badValues(schema, resolve, depth = 0) {
  const { type, ...rest } = resolve(schema);
  if (depth > 3) return [];
  if (type === 'integer' || type === 'number') return badNumbers({ type, ...rest });
  if (type === 'string') return badTexts(rest);
  if (type === 'boolean') return ['x', '2', 2, {}, ['a', 'b']].map(mustNotBe);
  if (type === 'array') {
    const items = badValues(rest.items ?? {}, resolve, depth + 1);
    const bad = items.filter(({ value }) => !Array.isArray(value)).map(({ value, refused }) => ({ value: [value], refused }));
    if (rest.minItems > 0) bad.push(mustNotBe([]));
    return [...bad, mustNotBe({ a: 1 }), mayBe(Array(500).fill('x')), mayBe([null])];
  }
  if (type === 'object') {
    const members = Object.entries(rest.properties ?? {}).flatMap(([name, property]) =>
      badValues(property, resolve, depth + 1).map(({ value, refused }) => ({ value: { [name]: value }, refused })));
    return [...members, mustNotBe('x'), mustNotBe(5), mustNotBe(['a']), mayBe({ a: { b: { c: [1] } } }), mayBe([])];
  }
  return [null, true, 1e300, 'x', {}, [], ...hostileTexts].map(mayBe);
}

let samples = 0;
// A value a schema allows, its required members alone; addresses are new each time.
export function sampleOf(schema, resolve) {
  const { type, format, enum: allowed, minimum, minLength = 1, items, properties = {}, required = [] } = resolve(schema);
  if (allowed) return allowed[0];
  if (type === 'integer' || type === 'number') return minimum ?? 0;
  if (type === 'array') return [sampleOf(items, resolve)];
  if (type === 'object') return Object.fromEntries(required.map((name) => [name, sampleOf(properties[name], resolve)]));
  if (format === 'email') return `sample-${++samples}@acme.test`;
  if (format === 'uri') return 'https://acme.test/';
  return 'x'.repeat(minLength);
}

// A value as the pairs of a form or query; empty when none can say it.
export function pairsOf(name, value) {
  if (Array.isArray(value)) return value.flatMap((item) => pairsOf(`${name}[]`, item));
  if (value !== null && typeof value === 'object') return Object.entries(value).flatMap(([key, member]) => pairsOf(`${name}[${key}]`, member));
  return [[name, String(value)]];
}
