// Answers against the response schemas of specs/.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import yaml from 'js-yaml';
import { repository } from './parley.mjs';

// Swagger 2.0 with our extensions as JSON Schema: nullable and union types become lists of types.
function toJsonSchema(node) {
  if (Array.isArray(node)) return node.map(toJsonSchema);
  if (node === null || typeof node !== 'object') return node;
  const schema = Object.fromEntries(
    Object.entries(node).filter(([key]) => !['description', 'example', 'format', 'default'].includes(key) || typeof node[key] === 'object')
      .map(([key, value]) => [key, toJsonSchema(value)]));
  if (Array.isArray(node['x-parley-types'])) schema.type = node['x-parley-types'];
  if (node['x-nullable'] === true) {
    if (schema.$ref) return { anyOf: [{ $ref: schema.$ref }, { type: 'null' }] };
    if (schema.type) schema.type = [schema.type, 'null'].flat();
    if (schema.enum) schema.enum = [...schema.enum, null];
  }
  return schema;
}

// "/api/v1/livechat/{rid}/messages" as an expression; the fewer parameters, the sooner it is tried.
function toTemplate(method, template, operation) {
  const literal = template.split(/\{[^}]*\}/).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return { method, expression: new RegExp(`^${literal.join('[^/]+')}$`), parameters: literal.length - 1, operation };
}

class Spec {
  constructor(file) {
    const document = yaml.load(readFileSync(path.join(repository, 'specs', file), 'utf8'));
    this.ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    this.definitions = toJsonSchema(document.definitions);
    this.operations = new Map();
    this.ofPaths = new Map(); // parameters a path has, whatever the method
    for (const methods of Object.values(document.paths))
      for (const operation of Object.values(methods))
        if (operation?.operationId) {
          this.operations.set(operation.operationId, operation);
          this.ofPaths.set(operation.operationId, methods.parameters ?? []);
        }
    // What "#/definitions/Group" stands for.
    this.resolve = (node) => (node?.$ref ? this.resolve(node.$ref.slice(2).split('/').reduce((inner, key) => inner[key], document)) : node);
    this.templates = Object.entries(document.paths)
      .flatMap(([template, methods]) => Object.entries(methods).map(([method, operation]) => toTemplate(method.toUpperCase(), template, operation)))
      .sort((a, b) => a.parameters - b.parameters);
    this.validators = new Map();
  }

  // Those of the path included.
  parametersOf(operationId) {
    return [...this.ofPaths.get(operationId), ...(this.operations.get(operationId).parameters ?? [])].map(this.resolve);
  }

  // The operation that serves a path, which may have a query; undefined when there is none.
  operationAt(method, path) {
    const [bare] = path.split('?');
    return this.templates.find((template) => template.method === method && template.expression.test(bare))?.operation;
  }

  validatorOf(operation) {
    const id = operation.operationId;
    const schema = operation.responses['200']?.schema;
    assert.ok(schema, `${id} has no schema for 200`);
    if (!this.validators.has(id)) this.validators.set(id, this.ajv.compile({ ...toJsonSchema(schema), definitions: this.definitions }));
    return this.validators.get(id);
  }

  assertAnswer(operationId, answer) {
    const operation = this.operations.get(operationId);
    assert.ok(operation, `no operation ${operationId}`);
    const validate = this.validatorOf(operation);
    const fits = validate(answer);
    assert.ok(fits, `${operationId}: ${this.ajv.errorsText(validate.errors)}\n${JSON.stringify(answer).slice(0, 2000)}`);
  }
}

export const livechatSpec = new Spec('livechat-v2.yaml');
export const rocketchatSpec = new Spec('rocketchat-livechat.yaml');
