package dev.muster;

import dev.muster.cli.LocalTasks.ExportToVerify;
import dev.muster.cli.LocalTasks.Verified;
import dev.muster.cli.shell.CommandException;
import dev.muster.cli.shell.CommandException.Exit;
import dev.muster.directory.journal.ChainVerification;
import dev.muster.directory.journal.ChainVerifier;
import dev.muster.directory.journal.ContradictingCheckpoints;
import dev.muster.sealing.Checkpoint;
import dev.muster.sealing.CheckpointKey;
import dev.muster.sealing.KeyUnavailableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Verifies an exported journal offline. Checks the file's hash chain, and whether it matches checkpoints or a head
/// hash that were kept elsewhere.
final class ExportFile {
    /// The number of fields outside the readable copy: `seq`, `entry` and `hash`.
    private static final int CHAIN_FIELDS = 3;

    /// Stands for the hash of an entry that is not in the file.
    private static final String NO_ENTRY = "";

    /// Rejects duplicate field names, because parsers differ in which of the values they use.
    private final JsonMapper json = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final ExportToVerify export;

    private ExportFile(ExportToVerify export) {
        this.export = export;
    }

    static Verified verify(ExportToVerify export) throws IOException {
        return new ExportFile(export).walk();
    }

    private Verified walk() throws IOException {
        List<SignedLine> signed = checkpoints();
        List<Checkpoint> checkpoints =
                signed.stream().map(SignedLine::checkpoint).toList();
        ChainVerifier walk = ChainVerifier.ofExport();
        signed.forEach(line -> walk.expect(
                line.checkpoint.seq(), line.checkpoint.head(), "line " + line.number + " of the checkpoints"));
        checkForForks(signed, walk);
        Map<Long, String> hashes = new HashMap<>();
        checkpoints.forEach(checkpoint -> hashes.put(checkpoint.seq(), NO_ENTRY));
        try (BufferedReader lines = Files.newBufferedReader(export.file())) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!walk.isBroken() && !line.isBlank()) {
                    next(walk, line);
                }
                if (walk.isBroken()) {
                    noteHash(line, hashes);
                }
            }
        }
        ChainVerification chain = explained(walk.end(), signed, hashes);
        if (walk.seq() == 0 && !walk.isBroken()) {
            throw new CommandException(Exit.USAGE, export.file() + " holds no entry");
        }
        long authenticUpTo = 0;
        for (Checkpoint checkpoint : checkpoints) {
            if (walk.realm() != null && checkpoint.realm() != walk.realm()) {
                throw new CommandException(
                        Exit.USAGE,
                        export.checkpoints() + " is of realm " + checkpoint.realm() + ", the export of realm "
                                + walk.realm());
            }
            authenticUpTo = Math.max(authenticUpTo, checkpoint.seq());
        }
        @Nullable String reason = chain.reason();
        if (chain.valid() && export.head() != null && !chain.head().equals(export.head())) {
            reason = "The journal does not end with the hash that was given.";
        }
        return new Verified(
                reason == null,
                chain.entries(),
                chain.head(),
                chain.firstBad(),
                reason,
                checkpoints.size(),
                reason == null ? authenticUpTo : 0);
    }

    /// Notes the hash that a line after the first invalid one claims for its entry, if there is a checkpoint for that
    /// entry.
    private void noteHash(String line, Map<Long, String> hashes) {
        if (hashes.isEmpty()) {
            return;
        }
        try {
            JsonNode object = json.readTree(line);
            hashes.computeIfPresent(
                    object.path("seq").asLong(0), (_, _) -> object.path("hash").asString(NO_ENTRY));
        } catch (JacksonException e) {
            // A line that is not JSON has no entry.
        }
    }

    /// Adds to a failed result which checkpoints contradict the file where it is invalid or later.
    private static ChainVerification explained(
            ChainVerification found, List<SignedLine> signed, Map<Long, String> hashes) {
        Long from = found.firstBad();
        if (from == null) {
            return found;
        }
        ContradictingCheckpoints contradicting = new ContradictingCheckpoints();
        for (SignedLine line : signed) {
            Checkpoint checkpoint = line.checkpoint;
            if (checkpoint.seq() >= from && !checkpoint.head().equals(hashes.get(checkpoint.seq()))) {
                contradicting.add("line " + line.number, checkpoint.seq(), checkpoint.at());
            }
        }
        return contradicting.isEmpty() ? found : found.because(found.reason() + contradicting.sentence());
    }

    private void next(ChainVerifier walk, String line) {
        try {
            JsonNode object = json.readTree(line);
            JsonNode entry = object.path("entry");
            JsonNode hash = object.path("hash");
            if (!entry.isString() || !hash.isString()) {
                throw new CommandException(Exit.USAGE, export.file() + " is not an exported journal");
            }
            byte[] bytes = entry.binaryValue();
            if (walk.next(bytes, HexFormat.of().parseHex(hash.stringValue()))
                    && !copyMatches(object, walk.seq(), bytes)) {
                walk.badCopy(walk.seq());
            }
        } catch (JacksonException | IllegalArgumentException e) {
            var _ = walk.next(new byte[0], new byte[0]);
        }
    }

    /// Whether the readable copy of an entry matches its bytes.
    private static boolean copyMatches(JsonNode object, long seq, byte[] entry) {
        Map<String, String> says = ChainVerifier.says(entry);
        return object.path("seq").isIntegralNumber()
                && object.path("seq").asLong() == seq
                && object.size() == says.size() + CHAIN_FIELDS
                && says.entrySet().stream()
                        .allMatch(said -> said.getValue()
                                .equals(object.path(said.getKey()).asString("")));
    }

    /// @param number the line number in the file, counted from 1
    private record SignedLine(int number, String line, Checkpoint checkpoint) {}

    /// Reports two different checkpoints with the same predecessor, which an honest server never signs.
    private static void checkForForks(List<SignedLine> lines, ChainVerifier walk) {
        Map<String, SignedLine> byPrevious = new HashMap<>();
        for (SignedLine line : lines) {
            String previous = line.checkpoint.previous();
            if (previous != null && !previous.equals(Checkpoint.NO_PREVIOUS)) {
                SignedLine other = byPrevious.putIfAbsent(previous, line);
                if (other != null && !other.line.equals(line.line)) {
                    walk.invalid(
                            line.checkpoint.seq(),
                            "Two signed checkpoints contradict each other: line " + other.number + " and line "
                                    + line.number + " both follow the same checkpoint.");
                }
            }
        }
    }

    private List<SignedLine> checkpoints() throws IOException {
        List<SignedLine> kept = new ArrayList<>();
        if (export.checkpoints() == null) {
            return kept;
        }
        List<String> publicKeys = publicKeys();
        int number = 0;
        for (String line : Files.readAllLines(export.checkpoints())) {
            number++;
            if (!line.isBlank()) {
                int at = number;
                Checkpoint checkpoint = publicKeys.stream()
                        .flatMap(key -> CheckpointKey.verify(key, line.strip()).stream())
                        .findFirst()
                        .orElseThrow(() -> new CommandException(
                                Exit.REFUSED,
                                export.checkpoints() + ", line " + at + ": not signed with "
                                        + (publicKeys.size() == 1 ? "that key" : "any of those keys")));
                kept.add(new SignedLine(number, line.strip(), checkpoint));
            }
        }
        if (kept.isEmpty()) {
            throw new CommandException(Exit.USAGE, export.checkpoints() + " holds no checkpoint");
        }
        return kept;
    }

    private List<String> publicKeys() throws IOException {
        List<String> keys = new ArrayList<>();
        for (Path file : export.publicKeys()) {
            String key = Files.readString(file);
            if (!isPublicKey(key)) {
                throw new CommandException(Exit.USAGE, file + " is not the PEM of an Ed25519 public key");
            }
            keys.add(key);
        }
        return keys;
    }

    private static boolean isPublicKey(String pem) {
        try {
            var _ = CheckpointKey.verify(pem, "");
            return true;
        } catch (KeyUnavailableException e) {
            return false;
        }
    }
}
