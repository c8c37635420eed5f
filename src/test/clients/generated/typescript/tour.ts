// A partner's first steps with the client that openapi-generator creates for `fetch`. The other programs in
// this folder do and print the same.
import {
  Configuration,
  JobType,
  JobsApi,
  JournalApi,
  KeysAndOperatorsApi,
  PlaceableHoldKind,
  ProblemFromJSON,
  ResponseError,
  StandingApi,
  UsersApi,
} from "./muster";

declare const process: { argv: string[]; exitCode: number };

const [, , basePath, accessToken] = process.argv;
const ann = "email:ann@example.org";

function line(...words: unknown[]) {
  console.log(words.map((word) => word ?? "null").join(" "));
}

// Formats a map as Java does.
function map(value: object | null) {
  return value && "{" + Object.entries(value).map(([key, each]) => key + "=" + each).join(", ") + "}";
}

async function problem(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ResponseError)) {
      throw error;
    }
    const problem = ProblemFromJSON(await error.response.json());
    const first = problem.errors![0];
    line("problem", error.response.status, problem.status, problem.code, problem.type, first.field, first.code);
  }
}

async function tour() {
  const configuration = new Configuration({ basePath, accessToken });
  const users = new UsersApi(configuration);
  const standings = new StandingApi(configuration);
  const jobs = new JobsApi(configuration);
  const journal = new JournalApi(configuration);

  const me = await new KeysAndOperatorsApi(configuration).getMe();
  line("me", me.kind, me.role, me.environment, me.expiresAt);

  const newUser = { email: "ann@example.org", name: "Ann Lee", metadata: { plan: "gold" } };
  const registered = await users.registerUser({ newUser, idempotencyKey: "first" });
  line("registered", registered.number, registered.email, registered.username, registered.emailConfirmedAt,
    map(registered.metadata), registered.standing.decision);
  const again = await users.registerUser({ newUser, idempotencyKey: "first" });
  line("again", again.id === registered.id);
  const eve = await users.registerUser({ newUser: { email: "eve@example.org" }, musterDryRun: true });
  line("rehearsed", eve.email);
  await users.registerUser({ newUser: { externalId: "c-2" } });
  await users.registerUser({ newUser: { username: "carl" } });

  const until = new Date("2099-01-31T12:34:56.789Z");
  const held = await standings.placeHold({ ref: ann, kind: PlaceableHoldKind.Suspended, ifMatch: '"1"',
    newHold: { reason: "chargeback", until } });
  line("held", held.decision, held.status, held.until?.toISOString(), held.next, held.version);
  for (const hold of held.holds) {
    line("hold", hold.kind, hold.label, hold.reason, hold.note, hold.placedBy.kind);
  }
  const standing = await standings.getStanding({ ref: ann });
  line("standing", standing.decision, standing.holds.length);
  const before = await standings.getStanding({ ref: ann, at: registered.registeredAt });
  line("before", before.decision, before.until, before.next);
  for (const item of (await standings.getStandings({ askStandings: { refs: [ann, "number:99"] } })).items) {
    line("of", item.ref, item.result, item.decision, item.error?.code);
  }

  let after: string | undefined;
  do {
    const page = await users.listUsers({ limit: 2, after });
    line("page", page.items.map((user) => user.number).join(","), page.page.total);
    after = page.page.next;
  } while (after !== undefined);

  await problem(users.registerUser({ newUser: { email: "ANN@example.org" } }));
  await problem(users.updateUser({ ref: "number:1", userPatch: { email: "no address" } }));
  const patched = await users.updateUser({ ref: ann, userPatch: { name: null, username: "ann" } });
  line("patched", patched.name, patched.username, patched.version);

  const newJob = { jobId: "job 7/7", type: JobType.NUMBER_4, user: "external:c-2" };
  line("job", (await jobs.submitJob({ newJob })).outcome);
  line("given", (await jobs.getJob({ jobId: newJob.jobId })).given?.outcome);

  for (const entry of (await journal.getHistory({ ref: ann, limit: 10 })).items) {
    const name = entry.changes["name"];
    line("entry", entry.action, entry.actor.kind, entry.reason,
      name && "[" + name.map((each) => each ?? "null").join(", ") + "]");
  }
  const exported = await (await journal.exportJournal()).text();
  line("exported", exported.includes('"action":"user.updated"'));

  const removed = await users.removeUser({ ref: ann, why: { reason: "left" } });
  line("removed", removed.standing.status);
}

tour().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
