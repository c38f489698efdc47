// Requests made from a JSON Schema: valid ones, and ones that differ from a valid one in a single place. Which of them
// are refused is for a validator to say. No chance is involved.
const date = '2026-01-05T10:15:30.123Z';
const formats = { 'date-time': date, 'iso-date-time': date, date: '2026-01-05', email: 'ann@acme.test', basic_email: 'ann@acme.test', rfc_email: 'ann@acme.test', uri: 'https://acme.test/' };
const anyValues = [null, true, false, 0, 1, -1, 1.5, '', ' ', 'text', '12', '1.5', 'true', 'false', 'null', [], ['text'], [['text']], {}, { text: 'text' }];
const anyTexts = ['', ' ', 'text', '0', '12', '-1', '1.5', '1e3', ' 7 ', 'true', 'false', 'null', [], ['text'], ['a', 'b'], ['12'], { text: 'text' }];

// The alternatives of a schema (anyOf, oneOf), each with what they share.
function alternatives(schema) {
  const choices = schema.oneOf ?? schema.anyOf;
  if (!choices) return [schema];
  const { oneOf, anyOf, ...shared } = schema;
  return choices.flatMap(alternatives).map((choice) => ({
    ...shared,
    ...choice,
    ...(shared.properties || choice.properties ? { properties: { ...shared.properties, ...choice.properties } } : {}),
    required: [...(shared.required ?? []), ...(choice.required ?? [])],
  }));
}

const typeOf = (schema) => [schema.type].flat()[0] ?? (schema.properties ? 'object' : 'string');

// A value that fits; `full` with every optional member.
function fitting(schema, full) {
  if (typeof schema !== 'object') return 'text';
  const [choice] = alternatives(schema);
  if ('const' in choice) return choice.const;
  if (choice.enum) return choice.enum[0];
  switch (typeOf(choice)) {
    case 'object': {
      const names = full ? Object.keys(choice.properties ?? {}) : choice.required ?? [];
      return Object.fromEntries(names.map((name) => [name, fitting(choice.properties?.[name] ?? {}, full)]));
    }
    case 'array':
      return Array.from({ length: Math.max(choice.minItems ?? 0, full ? 1 : 0) }, () => fitting(choice.items ?? {}, full));
    case 'boolean': return true;
    case 'number':
    case 'integer': return choice.minimum ?? 1;
    default: return formats[choice.format] ?? 'text'.padEnd(choice.minLength ?? 0, 'x');
  }
}

// Values around the limits a schema names.
function* borders(schema) {
  for (const bound of [schema.minimum, schema.maximum]) if (bound !== undefined) yield* [bound - 1, bound, bound + 1];
  for (const length of [schema.minLength, schema.maxLength])
    if (length !== undefined) yield* [length - 1, length, length + 1].filter((n) => n >= 0).map((n) => 'x'.repeat(n));
  for (const value of schema.enum ?? []) yield* [value, `${value}x`];
  if (schema.format) yield* [...new Set(Object.values(formats)), '@', 'a@b', '2026-01-05 10:15', '2026-13-05T10:15:30Z'];
  if (schema.pattern) yield* ['a b', 'a-b_1', 'é', 'a\n'];
  if (typeOf(schema) === 'array') {
    const item = fitting(schema.items ?? {}, false);
    for (const length of [schema.minItems, schema.maxItems].filter((bound) => bound !== undefined))
      yield* [length - 1, length + 1].filter((n) => n >= 0).map((n) => Array(n).fill(item));
    if (schema.uniqueItems) yield* [[item, item], [item, `${item}x`]];
  }
}

// Every value to try in a place with this schema, the ones inside it included.
function* tried(schema, values) {
  yield* values;
  if (typeof schema !== 'object') return;
  for (const choice of alternatives(schema)) {
    yield* borders(choice);
    yield fitting(choice, true);
    if (typeOf(choice) === 'object' && choice.properties) yield* objects(choice, values);
    if (typeOf(choice) === 'array' && choice.items) for (const item of tried(choice.items, values)) yield [item];
  }
}

function* objects(schema, values) {
  for (const choice of alternatives(schema)) {
    const base = fitting(choice, false);
    yield base;
    yield fitting(choice, true);
    yield {};
    yield { ...base, parleyKnowsThisNot: 'text' };
    for (const name of Object.keys(base)) {
      const { [name]: _, ...rest } = base;
      yield rest;
    }
    for (const [name, inner] of Object.entries(choice.properties ?? {})) for (const value of tried(inner, values)) yield { ...base, [name]: value };
  }
}

function distinct(values) {
  return [...new Map([...values].map((value) => [JSON.stringify(value), value])).values()];
}

// JSON bodies.
export const bodiesFor = (schema) => distinct(typeOf(schema) === 'array' ? tried(schema, []) : objects(schema, anyValues));

// Query strings, with what a server makes of them before a validator sees it: texts, lists of texts, objects of texts.
export function queriesFor(schema) {
  const printed = (value) => (typeof value === 'object' ? value : String(value));
  const flat = [...objects(schema, anyTexts)].map((object) => Object.fromEntries(Object.entries(object)
    .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0)).map(([name, value]) => [name, Array.isArray(value) ? value.map(printed) : printed(value)])));
  return distinct(flat.filter(isSayable)).map((value) => ({ value, text: queryText(value) }));
}

// Whether a query string can say it: lists in lists and objects in lists it cannot.
const isSayable = (object) => Object.values(object).every((value) => typeof value !== 'object' || Object.values(value).every((item) => typeof item === 'string'));

function queryText(object) {
  const pairs = Object.entries(object).flatMap(([name, value]) => {
    if (Array.isArray(value)) return value.map((item) => [`${name}[]`, item]);
    if (typeof value === 'object') return Object.entries(value).map(([key, item]) => [`${name}[${key}]`, item]);
    return [[name, value]];
  });
  return pairs.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&');
}
