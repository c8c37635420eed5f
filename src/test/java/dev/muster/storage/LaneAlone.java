package dev.muster.storage;

import dev.muster.model.ActorRef;
import dev.muster.model.Environment;
import dev.muster.model.Event;
import dev.muster.model.Fingerprint;
import dev.muster.model.Hold;
import dev.muster.model.HoldKind;
import dev.muster.model.Identifier;
import dev.muster.model.Needs;
import dev.muster.model.Realm;
import dev.muster.model.User;
import dev.muster.model.UserRef;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/// Measures a lane by itself: one thread, batches of 32, no rules and no sealing. Not a test: run [#main] with the
/// number of batches and, for PostgreSQL, the URL of an empty database.
final class LaneAlone {
    private static final int USERS = 32;
    private static final ActorRef KEY = new ActorRef(ActorRef.Kind.API_KEY, new UUID(1, 2));

    private final Random random = new Random(1);
    private final LaneStore lane;
    private final List<UUID> ids = new ArrayList<>();
    private long number;
    private long seq;

    private LaneAlone(LaneStore lane) {
        this.lane = lane;
    }

    public static void main(String[] args) throws IOException {
        long batches = args.length > 0 ? Long.parseLong(args[0]) : 4000;
        try (Database database = args.length > 1
                        ? Database.postgres(args[1])
                        : Database.sqlite(Files.createDirectories(Path.of("target/lane-alone"))
                                .resolve(UUID.randomUUID().toString()));
                LaneStore store = database.lane()) {
            LaneAlone lane = new LaneAlone(store);
            lane.foundRealm();
            for (int round = 0; round < 4; round++) {
                long start = System.nanoTime();
                long cpu = cpu();
                for (int i = 0; i < batches / 4; i++) {
                    lane.register();
                }
                say("registered", batches / 4 * USERS, start, cpu);
            }
            long start = System.nanoTime();
            long cpu = cpu();
            for (int i = 0; i < batches / 4; i++) {
                lane.hold();
            }
            say("held", batches / 4 * USERS, start, cpu);
        }
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void say(String what, long users, long start, long cpu) {
        double seconds = (System.nanoTime() - start) / 1e9;
        double micros = (cpu() - cpu) / 1e3 / users;
        System.out.printf("%-12s %,10.0f a second, %.1f us of CPU each%n", what, users / seconds, micros);
    }

    private void foundRealm() {
        lane.lock(List.of(), true);
        Batch batch = new Batch();
        batch.newRealms.add(new Rows.RealmRow(new Realm(7, "partner", Environment.TEST), new byte[60]));
        lane.save(batch);
        lane.commit();
    }

    private void register() {
        Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
        Needs needs = new Needs();
        List<Identifier> emails = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            Identifier email = Rowing.identifier(
                    Identifier.Kind.EMAIL, "user." + Long.toString(random.nextLong() >>> 20, 36) + "@example.com");
            emails.add(email);
            needs.user(new UserRef.ByIdentifier(email.key()));
            byte[] print = new byte[16];
            random.nextBytes(print);
            needs.bar(new Fingerprint(print));
        }
        Rows.BatchRow last = present(needs);
        Batch batch = new Batch();
        for (Identifier email : emails) {
            UUID id = new UUID(now.toEpochMilli() << 16 | 0x7000 | random.nextInt(0xfff), random.nextLong());
            User.Draft draft = new User.Draft(id, ++number, now);
            draft.email = email;
            draft.name = "Ada Lovelace";
            draft.version = 1;
            batch.newUsers.add(new Rows.UserRow(7, draft.build(), new byte[16], null));
            batch.journal.add(entry(id, now, "user.registered"));
            ids.add(id);
        }
        finish(batch, last, now);
    }

    private void hold() {
        Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
        Needs needs = new Needs();
        for (int i = 0; i < USERS; i++) {
            needs.user(UserRef.id(ids.get(random.nextInt(ids.size()))));
        }
        lane.lock(List.of(7L), false);
        Rows.BatchRow last = lane.present(List.of(7L)).getFirst();
        Batch batch = new Batch();
        for (Rows.UserRow row : lane.load(Map.of(7L, needs), List.of(), List.of()).users) {
            User.Draft draft = row.user().draft();
            draft.holds = draft.holds.with(new Hold(HoldKind.SUSPENDED, "main", "why", null, KEY, now, null));
            draft.version++;
            batch.changedUsers.add(new Rows.UserRow(7, draft.build(), row.seed(), null));
            batch.journal.add(entry(row.user().id(), now, "user.hold.placed"));
        }
        finish(batch, last, now);
    }

    private Rows.BatchRow present(Needs needs) {
        lane.lock(List.of(7L), false);
        Rows.BatchRow last = lane.present(List.of(7L)).getFirst();
        lane.load(Map.of(7L, needs), List.of(), List.of());
        return last;
    }

    private Rows.JournalRow entry(UUID id, Instant now, String action) {
        byte[] bytes = new byte[400];
        random.nextBytes(bytes);
        byte[] hash = ByteBuffer.allocate(32).putLong(random.nextLong()).array();
        return new Rows.JournalRow(
                7, ++seq, bytes, hash, now, KEY, action, new Event.Subject(Event.Subject.Type.USER, id));
    }

    private void finish(Batch batch, Rows.BatchRow last, Instant now) {
        batch.batches.add(new Rows.BatchRow(
                7,
                last.no() + 1,
                new UUID(random.nextLong(), random.nextLong()),
                last.lastSeq() + 1,
                seq,
                new byte[32],
                number,
                new long[20],
                now));
        lane.save(batch);
        lane.commit();
    }
}
