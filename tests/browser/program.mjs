// The program as a test starts it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** The program that is tested. */
export function binary() {
  const named = process.env.REMNANT_BINARY;
  if (!named) throw new Error('REMNANT_BINARY names no program');
  return path.resolve(named);
}

/**
 * Starts the program and waits until it says where it is.
 * @param {string[]} words
 * @param {import('node:child_process').SpawnOptions} options
 */
export async function startProgram(words, options = {}) {
  const program = spawn(binary(), words, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(program, 'exit').then(([code]) => {
    throw new Error(`remnant ${words[0]} ended with ${code} before it said where it is`);
  });
  const said = (async () => {
    for await (const line of createInterface({ input: program.stdout })) {
      const found = /^Remnant is at (http:\/\/127\.0\.0\.1:\d+\/)\s*$/.exec(line);
      if (found) return found[1];
    }
    return ended;
  })();
  const address = await Promise.race([said, ended]);
  ended.catch(() => {});
  program.stdout.resume();
  return {
    address,
    async stop() {
      const exit = once(program, 'exit');
      program.kill('SIGTERM');
      await exit.catch(() => {});
    },
  };
}
