// The request validators Rocket.Chat publishes in npm @rocket.chat/rest-typings: functions with the JSON Schema they
// judge by in `.schema`, which convert what they judge as the server does.
//
// The package is written for a bundler (imports without file names), so it is bundled here; tools/setup unpacks it.
import { buildSync } from 'esbuild';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export function publishedValidators() {
  const { outputFiles } = buildSync({
    entryPoints: [require.resolve('@rocket.chat/rest-typings')],
    bundle: true, write: false, platform: 'node', format: 'cjs', target: 'node18', logLevel: 'error',
  });
  const bundle = { exports: {} };
  new Function('require', 'module', 'exports', outputFiles[0].text)(require, bundle, bundle.exports);
  return bundle.exports;
}
