package dev.muster.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// A path proves its own leaf in its own tree, and nothing else.
class MerkleTreeTest {
    private static final HexFormat HEX = HexFormat.of();

    /// The leaves and roots with which the implementations of Certificate Transparency are tested.
    private static final List<String> LEAVES =
            List.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");

    private static final List<String> ROOTS = List.of(
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    private static byte[] leaf(int number) {
        return MerkleTree.leafHash(ByteBuffer.allocate(4).putInt(number).array());
    }

    private static MerkleTree tree(int size) {
        return new MerkleTree(
                IntStream.range(0, size).mapToObj(MerkleTreeTest::leaf).toList());
    }

    private static byte[] flipped(byte[] hash, int bit) {
        byte[] flipped = hash.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        return flipped;
    }

    @Test
    void theRootsAreThoseOfRfc6962() {
        List<byte[]> hashes = new ArrayList<>();
        for (int i = 0; i < LEAVES.size(); i++) {
            hashes.add(MerkleTree.leafHash(HEX.parseHex(LEAVES.get(i))));
            assertThat(HEX.formatHex(new MerkleTree(hashes).root())).isEqualTo(ROOTS.get(i));
        }
        assertThatThrownBy(() -> new MerkleTree(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyLeafOfEveryTreeHasItsPath() {
        for (int size = 1; size <= 200; size++) {
            MerkleTree tree = tree(size);
            for (int index = 0; index < size; index++) {
                List<byte[]> path = tree.path(index);
                assertThat(MerkleTree.root(leaf(index), index, size, path).orElseThrow())
                        .isEqualTo(tree.root());
                assertThat(path).hasSizeLessThanOrEqualTo(8);
            }
        }
    }

    @Property(tries = 300)
    void nothingElseHasThisRoot(
            @ForAll @IntRange(min = 1, max = 200) int size,
            @ForAll @IntRange(max = 199) int any,
            @ForAll @IntRange(max = 199) int other,
            @ForAll @IntRange(max = 255) int bit) {
        MerkleTree tree = tree(size);
        byte[] root = tree.root();
        int index = any % size;
        List<byte[]> path = tree.path(index);
        assertOther(root, flipped(leaf(index), bit), index, size, path);
        if (other != index) {
            assertOther(root, leaf(other), index, size, path);
            assertOther(root, leaf(index), other, size, path);
        }
        for (int i = 0; i < path.size(); i++) {
            List<byte[]> changed = new ArrayList<>(path);
            changed.set(i, flipped(path.get(i), bit));
            assertOther(root, leaf(index), index, size, changed);
            changed.remove(i);
            assertThat(MerkleTree.root(leaf(index), index, size, changed)).isEmpty();
        }
        List<byte[]> longer = new ArrayList<>(path);
        longer.add(root);
        assertThat(MerkleTree.root(leaf(index), index, size, longer)).isEmpty();
        assertThat(MerkleTree.root(leaf(index), size, size, path)).isEmpty();
        assertThat(MerkleTree.root(leaf(index), -1, size, path)).isEmpty();
    }

    private static void assertOther(byte[] root, byte[] leaf, int index, int size, List<byte[]> path) {
        MerkleTree.root(leaf, index, size, path)
                .ifPresent(computed -> assertThat(computed).isNotEqualTo(root));
    }

    /// Two hashes that are presented as a leaf have another hash than the node above them.
    @Test
    void aNodeIsNotALeaf() {
        MerkleTree tree = tree(4);
        byte[] node = tree.path(0).get(1);
        byte[] children = ByteBuffer.allocate(64).put(leaf(2)).put(leaf(3)).array();
        assertThat(MerkleTree.leafHash(children)).isNotEqualTo(node);
    }
}
