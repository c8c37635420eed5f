// Receives Muster's webhooks: verifies each event, stores it, answers, and handles it afterwards.
//
//   npm install standardwebhooks
//   WEBHOOK_SECRET=whsec_... node receiver.mjs
//
// An event is a file in the folder `inbox` until it is handled, then in `inbox/done`.

import { createServer } from 'node:http';
import { mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

const secret = process.env.WEBHOOK_SECRET ?? '';
if (!/^whsec_[A-Za-z0-9+/=]+$/.test(secret)) {
  console.error('Set WEBHOOK_SECRET to the secret that was shown when the webhook was created.');
  process.exit(2);
}
const webhook = new Webhook(secret);
const inbox = process.env.INBOX ?? 'inbox';
const done = join(inbox, 'done');
const LARGEST_BODY = 1024 * 1024;

// The events that say what a user's standing is from then on.
const STANDING = ['user.registered', 'user.standing.changed', 'user.erased'];

/** Your application's work. The program may stop before an event is recorded as done, so it may see one twice. */
async function handle(event) {
  // Ignore other types: later versions of Muster add some. Once a person is erased, only user.erased has a standing.
  const { subject, standing } = event.data;
  if (STANDING.includes(event.type) && standing?.after) {
    console.log(`user ${subject.id}: ${standing.after.decision}, ${standing.after.status}`);
  }
}

/** Gives the status to answer with. */
async function receive(request) {
  if (request.method !== 'POST') return 405;
  const body = await read(request);
  if (body === null) return 413;
  let event;
  try {
    event = webhook.verify(body, request.headers);
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    console.error(`refused: ${error.message}`);
    return 401;
  }
  // It names a file.
  if (!/^[\w-]+$/.test(event.id)) return 400;
  await store(event, body);
  return 204;
}

/** The bytes of the body, exactly as they were sent; null if there are too many. */
async function read(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > LARGEST_BODY) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Stores an event before it is acknowledged. One that is there already is a repetition. */
async function store(event, body) {
  // The names sort by seq, so that events are handled in order.
  const name = `${String(event.data.seq ?? 0).padStart(16, '0')}-${event.id}`;
  if ((await exists(join(done, name))) || (await exists(join(inbox, name)))) return;
  const unfinished = join(inbox, `.${name}-${process.hrtime.bigint()}`);
  const file = await open(unfinished, 'wx');
  try {
    await file.writeFile(body);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, join(inbox, name));
}

async function exists(path) {
  return stat(path).then(() => true, () => false);
}

/** Handles the stored events, for ever. One that fails is tried again, and later ones wait for it. */
async function work() {
  while (true) {
    const names = (await readdir(inbox)).filter((name) => /^[0-9]/.test(name)).sort();
    try {
      for (const name of names) {
        if (await exists(join(done, name))) {
          await unlink(join(inbox, name));
        } else {
          await handle(JSON.parse(await readFile(join(inbox, name), 'utf8')));
          await rename(join(inbox, name), join(done, name));
        }
      }
    } catch (error) {
      console.error('an event could not be handled and is tried again:', error);
      await sleep(5_000);
    }
    await sleep(100);
  }
}

await mkdir(done, { recursive: true });
const server = createServer((request, response) => {
  receive(request).then(
    (status) => response.writeHead(status).end(),
    (error) => {
      // Not stored: Muster sends it again.
      console.error(error);
      response.writeHead(503).end();
    },
  );
});
server.listen(Number(process.env.PORT ?? 8090), process.env.HOST ?? '127.0.0.1', () => {
  console.log(`listens on port ${server.address().port}`);
});
work();
