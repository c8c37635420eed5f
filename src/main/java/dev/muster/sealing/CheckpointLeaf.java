package dev.muster.sealing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// A checkpoint that was signed together with those of other realms. They are the leaves of a [MerkleTree], whose root
/// is signed. The audit path proves that the checkpoint is one of them, and reveals only hashes of the others.
///
/// The leaf's salt is random. Without it, someone who knows another realm's head, such as from an old export, could
/// find out whether a hash in the path belongs to that realm.
///
/// @param checkpoint a checkpoint with a previous hash
/// @param salt 16 random bytes in Base64url without padding
/// @param index the leaf's position in the tree, counted from 0. It is random, so that it does not depend on the other
///     realms' numbers
/// @param size the number of the tree's leaves, from 2 to [#MAX_SIZE]
/// @param path the hashes of the audit path from the bottom up, concatenated, in Base64url without padding
record CheckpointLeaf(Checkpoint checkpoint, String salt, int index, int size, String path) {
    static final String TITLE = "muster-checkpoint-3";

    /// The maximum number of leaves; a path has at most 12 hashes.
    static final int MAX_SIZE = 4096;

    private static final String ROOT_TITLE = "muster-checkpoint-root-1";
    private static final int SALT_BYTES = 16;
    private static final int FIELDS = 10;
    private static final int FIELDS_OF_CHECKPOINT = 6;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    CheckpointLeaf {
        if (checkpoint.previous() == null || size < 2 || size > MAX_SIZE || index < 0 || index >= size) {
            throw new IllegalArgumentException("not a leaf: " + checkpoint + " " + index + " " + size);
        }
        requireBase64(salt);
        requireBase64(path);
    }

    /// The leaves of a tree and the text to sign for all of them.
    ///
    /// @param leaves in the order of the checkpoints
    record Tree(List<CheckpointLeaf> leaves, String rootText) {}

    /// Makes a tree of 2 to [#MAX_SIZE] checkpoints, in random order.
    static Tree tree(List<Checkpoint> checkpoints, RandomGenerator random) {
        int size = checkpoints.size();
        List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
        Collections.shuffle(order, random);
        String[] salts = new String[size];
        byte[][] hashes = new byte[size][];
        for (int i = 0; i < size; i++) {
            byte[] salt = new byte[SALT_BYTES];
            random.nextBytes(salt);
            salts[i] = BASE64.encodeToString(salt);
            hashes[order.get(i)] = leafHash(checkpoints.get(i), salts[i]);
        }
        MerkleTree tree = new MerkleTree(List.of(hashes));
        List<CheckpointLeaf> leaves = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int index = order.get(i);
            leaves.add(new CheckpointLeaf(
                    checkpoints.get(i), salts[i], index, size, BASE64.encodeToString(joined(tree.path(index)))));
        }
        return new Tree(leaves, rootText(size, tree.root()));
    }

    /// Returns the first part of the line: `muster-checkpoint-3 <realm> <seq> <head> <at> <previous> <salt> <index>
    /// <size> <path>`. The first six fields are those of format 2.
    String text() {
        return leafText(checkpoint, salt) + " " + index + " " + size + " " + path;
    }

    /// Parses a leaf.
    ///
    /// @return the leaf; empty unless the argument is exactly what [#text] returns
    static Optional<CheckpointLeaf> parse(String text) {
        String[] parts = text.split(" ", -1);
        if (parts.length != FIELDS || !parts[0].equals(TITLE)) {
            return Optional.empty();
        }
        return Checkpoint.parseFields(Arrays.copyOfRange(parts, 1, FIELDS_OF_CHECKPOINT))
                .flatMap(checkpoint -> parse(checkpoint, parts))
                .filter(leaf -> leaf.text().equals(text));
    }

    private static Optional<CheckpointLeaf> parse(Checkpoint checkpoint, String[] parts) {
        try {
            return Optional.of(new CheckpointLeaf(
                    checkpoint, parts[6], Integer.parseInt(parts[7]), Integer.parseInt(parts[8]), parts[9]));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// Computes the root from the leaf and its path.
    ///
    /// @return the text that is signed for all leaves; empty if the path does not have the right length
    Optional<String> rootText() {
        byte[] joined = Base64.getUrlDecoder().decode(path);
        if (joined.length % JournalHash.BYTES != 0) {
            return Optional.empty();
        }
        List<byte[]> hashes = new ArrayList<>();
        for (int from = 0; from < joined.length; from += JournalHash.BYTES) {
            hashes.add(Arrays.copyOfRange(joined, from, from + JournalHash.BYTES));
        }
        return MerkleTree.root(leafHash(checkpoint, salt), index, size, hashes).map(root -> rootText(size, root));
    }

    private static String rootText(int size, byte[] root) {
        return ROOT_TITLE + " " + size + " " + HexFormat.of().formatHex(root);
    }

    private static String leafText(Checkpoint checkpoint, String salt) {
        return TITLE + checkpoint.fields() + " " + salt;
    }

    private static byte[] leafHash(Checkpoint checkpoint, String salt) {
        return MerkleTree.leafHash(leafText(checkpoint, salt).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] joined(List<byte[]> hashes) {
        byte[] joined = new byte[hashes.size() * JournalHash.BYTES];
        for (int i = 0; i < hashes.size(); i++) {
            System.arraycopy(hashes.get(i), 0, joined, i * JournalHash.BYTES, JournalHash.BYTES);
        }
        return joined;
    }

    /// Requires Base64url in its only spelling: the last character has unused bits.
    private static void requireBase64(String text) {
        if (!BASE64.encodeToString(Base64.getUrlDecoder().decode(text)).equals(text)) {
            throw new IllegalArgumentException("not Base64url: " + text);
        }
    }
}
