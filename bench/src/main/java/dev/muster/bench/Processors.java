package dev.muster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What became of the processors' time since the machine started, by `/proc/stat`, in ticks.
///
/// @param stolen which a virtual machine wanted and another one of the same host had (`steal`)
/// @param all that there was
record Processors(long stolen, long all) {
    private static final Path STAT = Path.of("/proc/stat");
    private static final int GUEST = 9;
    private static final int STEAL = 8;

    static Processors now() {
        try {
            String[] words =
                    Files.readString(STAT).lines().findFirst().orElse("").split(" +", -1);
            long all = 0;
            // From there on what was counted before is told once more.
            for (int i = 1; i < Math.min(GUEST, words.length); i++) {
                all += Long.parseLong(words[i]);
            }
            return new Processors(words.length > STEAL ? Long.parseLong(words[STEAL]) : 0, all);
        } catch (IOException e) {
            return new Processors(0, 0);
        }
    }

    /// The share of the time since then that went to others, 0 to 1.
    double stolenSince(Processors then) {
        return all > then.all ? (double) (stolen - then.stolen) / (all - then.all) : 0;
    }
}
