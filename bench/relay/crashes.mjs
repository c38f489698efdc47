#!/usr/bin/env node
// A hundred crashes under load: bench/relay/crashes.mjs [KILLS [SEED]]
//
// Prints the totals, and adds them to build/relay_crashes.jsonl, where those of earlier runs are.
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { crash } from '../../tests/e2e/support/crashes.mjs';
import { repository } from '../../tests/e2e/support/parley.mjs';

const kills = Number(process.argv[2] ?? 100);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const totals = { at: new Date().toISOString(), seed, ...(await crash({ kills, seed })) };
appendFileSync(path.join(repository, 'build/relay_crashes.jsonl'), `${JSON.stringify(totals)}\n`);
console.log(JSON.stringify(totals));
