package dev.muster.sealing;

import dev.muster.model.value.Digest;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A Merkle tree as in RFC 6962, section 2.1, with SHA-256. Its root covers all leaves, and a leaf's audit path proves
/// that the leaf is one of them.
///
/// `leaf hash = SHA-256(0x00 || leaf)` and `node hash = SHA-256(0x01 || left || right)`. The prefixes prevent a node
/// from being presented as a leaf. A node without a right neighbour is moved up unchanged.
///
/// Immutable and thread-safe.
final class MerkleTree {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    /// The hashes of each level, from the leaves to the root.
    private final List<List<byte[]>> levels = new ArrayList<>();

    /// @param leafHashes at least one hash, as returned by [#leafHash]
    MerkleTree(List<byte[]> leafHashes) {
        if (leafHashes.isEmpty()) {
            throw new IllegalArgumentException("a tree has at least one leaf");
        }
        List<byte[]> level = List.copyOf(leafHashes);
        levels.add(level);
        while (level.size() > 1) {
            level = parents(level);
            levels.add(level);
        }
    }

    private static List<byte[]> parents(List<byte[]> level) {
        List<byte[]> parents = new ArrayList<>();
        for (int left = 0; left < level.size(); left += 2) {
            boolean alone = left + 1 == level.size();
            parents.add(alone ? level.get(left) : nodeHash(level.get(left), level.get(left + 1)));
        }
        return parents;
    }

    static byte[] leafHash(byte[] leaf) {
        MessageDigest digest = Digest.startSha256();
        digest.update(LEAF);
        return digest.digest(leaf);
    }

    private static byte[] nodeHash(byte[] left, byte[] right) {
        MessageDigest digest = Digest.startSha256();
        digest.update(NODE);
        digest.update(left);
        return digest.digest(right);
    }

    byte[] root() {
        return levels.getLast().getFirst().clone();
    }

    /// Returns a leaf's audit path: the hashes that are needed to compute the root from it, from the bottom up.
    List<byte[]> path(int index) {
        List<byte[]> path = new ArrayList<>();
        int at = index;
        for (List<byte[]> level : levels) {
            int sibling = at ^ 1;
            if (sibling < level.size()) {
                path.add(level.get(sibling));
            }
            at >>= 1;
        }
        return path;
    }

    /// Computes the root from a leaf and its audit path, as in RFC 9162, section 2.1.3.2.
    ///
    /// @param index the leaf's position, counted from 0
    /// @param size the number of the tree's leaves
    /// @return the root; empty if a leaf at this index of such a tree has no path of this length
    static Optional<byte[]> root(byte[] leafHash, int index, int size, List<byte[]> path) {
        if (index < 0 || index >= size) {
            return Optional.empty();
        }
        byte[] hash = leafHash;
        int at = index;
        int last = size - 1;
        for (byte[] sibling : path) {
            if (last == 0) {
                return Optional.empty();
            }
            while (at == last && (at & 1) == 0) {
                // This node has no right neighbour, so it was moved up.
                at >>= 1;
                last >>= 1;
            }
            hash = (at & 1) == 1 ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
            at >>= 1;
            last >>= 1;
        }
        return last == 0 ? Optional.of(hash) : Optional.empty();
    }
}
