package dev.muster.storage;

import dev.muster.model.UnreadableException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Where a gram stands in the texts of a part's users, in order. A place is one number: the user's place in
/// the part, and in the lower 16 bits the gram's place in their texts. Packed, each is how far the user is
/// from the one before and then the place in the texts, both of as few bytes as they need: seven bits a byte,
/// the lowest first.
final class PostingList {
    private static final int TEXT_BITS = 16;
    private static final int[] NONE = {};

    private int[] places = NONE;
    private int count;

    /// Adds a place behind all others.
    void add(int user, int inTexts) {
        if (inTexts >>> TEXT_BITS != 0) {
            throw new IllegalArgumentException("texts are longer than they may be");
        }
        if (count == places.length) {
            places = Arrays.copyOf(places, Math.max(4, count * 2));
        }
        places[count++] = user << TEXT_BITS | inTexts;
    }

    static int user(int place) {
        return place >>> TEXT_BITS;
    }

    /// What `packed` holds, each place moved back by `shift`: where the whole would begin of which the gram
    /// stands `shift` behind the beginning.
    ///
    /// @param among users in order, of whom alone places are given; null for all
    /// @throws UnreadableException if `packed` was not made by this class
    static int[] unpack(byte[] packed, int shift, int @Nullable [] among) {
        try {
            return unpacked(packed, shift, among);
        } catch (ArrayIndexOutOfBoundsException e) {
            throw new UnreadableException("search index", "of this realm", e);
        }
    }

    // Of a frequent gram most places are of users whom another gram has ruled out: they are passed over here, since
    // to keep them for a comparison afterwards takes longer than all else in a search for several words.
    private static int[] unpacked(byte[] packed, int shift, int @Nullable [] among) {
        int[] places = new int[among == null ? packed.length / 2 : Math.min(packed.length / 2, 2 * among.length)];
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
                if (count == places.length) {
                    places = Arrays.copyOf(places, count * 2);
                }
                places[count++] = user << TEXT_BITS | (value - shift);
            }
        }
        return Arrays.copyOf(places, count);
    }

    /// Places that are in both, which are in order.
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

    /// The users of places that are in order, each once, in order.
    static int[] users(int[] places) {
        int[] users = new int[places.length];
        int count = 0;
        for (int place : places) {
            int user = user(place);
            if (count == 0 || users[count - 1] != user) {
                users[count++] = user;
            }
        }
        return Arrays.copyOf(users, count);
    }

    /// What is to stand instead of `packed`: without all places of some users, and with others.
    ///
    /// @param without users' places in the part
    /// @param more places to add; all of them of users in `without`
    /// @return null where nothing changes
    static byte @Nullable [] revised(byte[] packed, BitSet without, @Nullable PostingList more) {
        int[] before = unpack(packed, 0, null);
        int[] after = new int[before.length + (more == null ? 0 : more.count)];
        int count = 0;
        for (int place : before) {
            if (!without.get(user(place))) {
                after[count++] = place;
            }
        }
        if (count == before.length && more == null) {
            return null;
        }
        if (more != null) {
            System.arraycopy(more.places, 0, after, count, more.count);
            boolean inOrder = count == 0 || more.count == 0 || after[count - 1] < more.places[0];
            count += more.count;
            if (!inOrder) {
                Arrays.sort(after, 0, count);
            }
        }
        byte[] revised = pack(after, count);
        return Arrays.equals(revised, packed) ? null : revised;
    }

    byte[] packed() {
        return pack(places, count);
    }

    private static byte[] pack(int[] places, int count) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(count * 2 + 8);
        int user = 0;
        for (int i = 0; i < count; i++) {
            write(out, user(places[i]) - user);
            write(out, places[i] & 0xffff);
            user = user(places[i]);
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
