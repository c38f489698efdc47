// The descriptions of its API that Rocket.Chat publishes as OpenAPI files, read from beside the repository when they are
// there: what each route answers, by status.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import yaml from 'js-yaml';
import { repository } from './parley.mjs';

const folder = path.resolve(repository, process.env.ROCKETCHAT_OPENAPI ?? '../shared/data/rocketchat-openapi');
export const openapiIsPresent = existsSync(folder);
export const openapiFolder = folder;

// OpenAPI 3.0 as JSON Schema: null has no type of its own there.
function toJsonSchema(node) {
  if (Array.isArray(node)) return node.map(toJsonSchema);
  if (node === null || typeof node !== 'object') return node;
  const schema = Object.fromEntries(Object.entries(node)
    .filter(([key, value]) => !['example', 'examples', 'description', 'format', 'title'].includes(key) || typeof value === 'object')
    .map(([key, value]) => [key, toJsonSchema(value)]));
  if (schema.nullable === true && typeof schema.type === 'string') schema.type = [schema.type, 'null'];
  if (schema.nullable === true && Array.isArray(schema.enum)) schema.enum = [...schema.enum, null];
  if (Array.isArray(schema.required)) schema.required = [...new Set(schema.required)];
  return schema;
}

const withoutNames = (id) => id.replace(/\{[^}]*\}/g, '{}');

// Answers {described(id), validatorOf(id, status)}; ids as in specs/, "GET livechat/department/{_id}".
export function readDescriptions() {
  const answers = new Map();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
    const document = yaml.load(readFileSync(path.join(folder, file), 'utf8'));
    for (const [where, methods] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(methods)) {
        const id = withoutNames(`${method.toUpperCase()} ${where.replace(/^\/?(api\/v1\/)?/, '')}`);
        if (operation?.responses) answers.set(id, { responses: operation.responses, components: document.components });
      }
  }
  const compiled = new Map();
  return {
    described: (id) => answers.has(withoutNames(id)),
    // A function of the body answering what does not fit, as texts; undefined when nothing is described.
    validatorOf(id, status) {
      const key = `${withoutNames(id)} ${status}`;
      if (compiled.has(key)) return compiled.get(key);
      const { responses, components } = answers.get(withoutNames(id)) ?? {};
      let described = responses?.[status];
      if (described?.$ref) described = described.$ref.split('/').slice(1).reduce((at, name) => at[name], { components });
      const schema = described?.content?.['application/json']?.schema;
      const validate = schema && new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile({ ...toJsonSchema(schema), components: toJsonSchema(components) });
      const misfits = validate && ((body) => (validate(body) ? [] : validate.errors.map(({ instancePath, message, params }) => `${instancePath.replace(/\/\d+(?=\/|$)/g, '/*')} ${message}${params.allowedValues ? ` ${JSON.stringify(params.allowedValues)}` : ''}`)));
      compiled.set(key, misfits);
      return misfits;
    },
  };
}
