package dev.muster.directory;

import dev.muster.model.*;
import dev.muster.sealing.*;
import dev.muster.storage.*;
import java.nio.file.*;
import java.time.Instant;
import java.util.*;

final class LaneSpeed {
    public static void main(String[] args) throws Exception {
        int size = Integer.parseInt(args[0]);
        Path dir = Files.createTempDirectory("lane");
        try (Database db = Database.sqlite(dir);
                LaneStore store = db.lane()) {
            MasterKeys mk = MasterKeys.parse(Base64.getEncoder().encodeToString(new byte[32]) + "\n", "t");
            Vault vault = new Vault(db, mk);
            Randomness r = Randomness.of(new byte[32]);
            RealmKey key = RealmKey.create(5, r);
            var row = new Rows.RealmRow(new Realm(5, "p", Environment.TEST), mk.wrap(key, r));
            store.lock(List.of(), true);
            dev.muster.storage.Batch b = new dev.muster.storage.Batch();
            b.newRealms.add(row);
            ApiKey k = new ApiKey(
                    new UUID(1, 1),
                    "k",
                    Role.ADMIN,
                    Role.ADMIN.scopes(),
                    Rank.SUPER,
                    true,
                    new Digest(new byte[32]),
                    null,
                    Instant.EPOCH,
                    null,
                    null,
                    null);
            b.newKeys.add(new Rows.KeyRow(5, k, new byte[40]));
            store.save(b);
            store.commit();
            vault.add(row);
            GroupCommit g = new GroupCommit(
                    store,
                    vault,
                    UUID::randomUUID,
                    () -> store.clock(java.time.InstantSource.system()),
                    (w, n, t) -> {});
            long n = 0;
            for (int round = 0; round < 8; round++) {
                long t0 = System.nanoTime();
                int users = 0;
                while (System.nanoTime() - t0 < 2_000_000_000L) {
                    List<Ticket> tickets = new ArrayList<>();
                    for (int i = 0; i < size; i++) {
                        n++;
                        Checks c = new Checks();
                        var reg = new Command.Register(
                                c.email("user" + (n * 7919 % 1000003) + "x" + n + "@example.com"),
                                c.identifier(Identifier.Kind.EXTERNAL_ID, "ext-" + n),
                                null,
                                "Name Surname " + n,
                                null,
                                null,
                                Tag.USER,
                                null);
                        Ticket t = new Ticket(
                                new Request(
                                        5,
                                        new Write(k.actor(), null, List.of(reg), null),
                                        new Request.Origin("rest", "abcdefghijkl" + n, null),
                                        null,
                                        false,
                                        200),
                                Randomness.draw(new java.security.SecureRandom()),
                                null);
                        t.take();
                        tickets.add(t);
                    }
                    g.run(tickets);
                    for (Ticket t : tickets)
                        if (!(t.answer().join() instanceof Ticket.Answer.Judged(Result.Ok<Change> ok)))
                            throw new Error(t.answer().join().toString());
                    users += size;
                }
                System.out.println(size + ": " + users * 1_000_000_000L / (System.nanoTime() - t0) + "/s");
            }
        }
    }
}
