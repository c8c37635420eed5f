package dev.muster.storage.search;

import dev.muster.model.UnreadableException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// The posting list of a trigram in a part of the index: the positions at which the trigram occurs in the searchable
/// texts of the part's users, in order. A posting is one number: the upper bits are the user's offset in the part, and
/// the lower 16 bits are the trigram's offset in the user's text. A packed posting consists of the distance from the
/// previous posting's user, followed by the offset in the text. Both are variable-length numbers with seven bits per
/// byte, lowest bits first.
final class PostingList {
    private static final int TEXT_BITS = 16;
    private static final int[] NONE = {};

    private int[] postings = NONE;
    private int count;

    /// Appends a posting, which must be greater than all others.
    void add(int user, int offset) {
        if (offset >>> TEXT_BITS != 0) {
            throw new IllegalArgumentException("a text is longer than allowed");
        }
        if (count == postings.length) {
            postings = Arrays.copyOf(postings, Math.max(4, count * 2));
        }
        postings[count++] = user << TEXT_BITS | offset;
    }

    static int user(int posting) {
        return posting >>> TEXT_BITS;
    }

    /// Unpacks postings and moves each back by `shift`. If the trigram occurs `shift` code points after the start
    /// of a needle, the results are the positions at which the needle may begin.
    ///
    /// @param among the users, in order, whose postings to return; null for all
    /// @throws UnreadableException if `packed` was not created by this class
    static int[] unpack(byte[] packed, int shift, int @Nullable [] among) {
        try {
            return unpacked(packed, shift, among);
        } catch (ArrayIndexOutOfBoundsException e) {
            throw new UnreadableException("search index", "of this realm", e);
        }
    }

    // Most postings of a frequent trigram belong to users ruled out by another trigram. They are skipped
    // here, because keeping them for a later comparison takes longer than everything else in a search for
    // several words.
    private static int[] unpacked(byte[] packed, int shift, int @Nullable [] among) {
        int[] postings = new int[among == null ? packed.length / 2 : Math.min(packed.length / 2, 2 * among.length)];
        int count = 0;
        int user = 0;
        int candidate = 0;
        for (int at = 0; at < packed.length; ) {
            int value = 0;
            int bits = 0;
            byte next;
            do {
                next = packed[at++];
                value |= (next & 0x7f) << bits;
                bits += 7;
            } while (next < 0);
            user += value;
            value = 0;
            bits = 0;
            do {
                next = packed[at++];
                value |= (next & 0x7f) << bits;
                bits += 7;
            } while (next < 0);
            if (among != null) {
                while (candidate < among.length && among[candidate] < user) {
                    candidate++;
                }
                if (candidate == among.length) {
                    break;
                }
                if (among[candidate] != user) {
                    continue;
                }
            }
            if (value >= shift) {
                if (count == postings.length) {
                    postings = Arrays.copyOf(postings, count * 2);
                }
                postings[count++] = user << TEXT_BITS | (value - shift);
            }
        }
        return Arrays.copyOf(postings, count);
    }

    /// Returns the postings that occur in both lists. The lists must be sorted.
    static int[] common(int[] some, int[] others) {
        int[] common = new int[Math.min(some.length, others.length)];
        int count = 0;
        int j = 0;
        for (int i = 0; i < some.length && j < others.length; i++) {
            while (j < others.length && others[j] < some[i]) {
                j++;
            }
            if (j < others.length && others[j] == some[i]) {
                common[count++] = some[i];
            }
        }
        return Arrays.copyOf(common, count);
    }

    /// Returns the distinct users of sorted postings, in order.
    static int[] users(int[] postings) {
        int[] users = new int[postings.length];
        int count = 0;
        for (int posting : postings) {
            int user = user(posting);
            if (count == 0 || users[count - 1] != user) {
                users[count++] = user;
            }
        }
        return Arrays.copyOf(users, count);
    }

    /// Removes the postings of some users from `packed` and adds others.
    ///
    /// @param without the users whose postings to remove, as offsets in the part
    /// @param added postings to add, only of users in `without`; null if there are none
    /// @return the revised list, packed; null if nothing changes
    static byte @Nullable [] revised(byte[] packed, BitSet without, @Nullable PostingList added) {
        int[] before = unpack(packed, 0, null);
        int[] after = new int[before.length + (added == null ? 0 : added.count)];
        int count = 0;
        for (int posting : before) {
            if (!without.get(user(posting))) {
                after[count++] = posting;
            }
        }
        if (count == before.length && added == null) {
            return null;
        }
        if (added != null) {
            System.arraycopy(added.postings, 0, after, count, added.count);
            boolean inOrder = count == 0 || added.count == 0 || after[count - 1] < added.postings[0];
            count += added.count;
            if (!inOrder) {
                Arrays.sort(after, 0, count);
            }
        }
        byte[] revised = pack(after, count);
        return Arrays.equals(revised, packed) ? null : revised;
    }

    byte[] packed() {
        return pack(postings, count);
    }

    private static byte[] pack(int[] postings, int count) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(count * 2 + 8);
        int user = 0;
        for (int i = 0; i < count; i++) {
            write(out, user(postings[i]) - user);
            write(out, postings[i] & 0xffff);
            user = user(postings[i]);
        }
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, int value) {
        int left = value;
        while (left >= 0x80) {
            out.write(left | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }
}
