package dev.muster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The processor time used since the machine started, in ticks, from `/proc/stat`.
///
/// @param stolen the time that this virtual machine wanted but another on the same host used (`steal`)
/// @param all the total time
record Processors(long stolen, long all) {
    private static final Path STAT = Path.of("/proc/stat");
    private static final int GUEST = 9;
    private static final int STEAL = 8;

    static Processors now() {
        try {
            String[] words =
                    Files.readString(STAT).lines().findFirst().orElse("").split(" +", -1);
            long all = 0;
            // The columns that follow are already included in earlier ones.
            for (int i = 1; i < Math.min(GUEST, words.length); i++) {
                all += Long.parseLong(words[i]);
            }
            return new Processors(words.length > STEAL ? Long.parseLong(words[STEAL]) : 0, all);
        } catch (IOException e) {
            return new Processors(0, 0);
        }
    }

    /// Returns the share of processor time that other machines have used since `then`, from 0 to 1.
    double stolenSince(Processors then) {
        return all > then.all ? (double) (stolen - then.stolen) / (all - then.all) : 0;
    }
}
