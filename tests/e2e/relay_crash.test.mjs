// Killed in the middle of its work, the gateway owes its webhooks nothing afterwards. The long run is bench/relay/crashes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crash } from './support/crashes.mjs';

test('every acknowledged message reaches the receiver, whenever the gateway is killed', async () => {
  const { kills, acknowledged, delivered } = await crash({ kills: 5, seed: 7 });
  assert.equal(kills, 5);
  assert.ok(delivered >= 2 * acknowledged);
});
