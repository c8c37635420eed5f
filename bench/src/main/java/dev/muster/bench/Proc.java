package dev.muster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Reads information about processes from Linux's `/proc`.
final class Proc {
    /// The microseconds per tick in which Linux reports processor times: USER_HZ is 100 on all platforms.
    private static final long TICK_MICROS = 10_000;

    private Proc() {}

    /// Returns the microseconds of processor time that these processes have used so far, in user and kernel mode.
    static long micros(Stream<ProcessHandle> processes) {
        return processes.mapToLong(process -> micros(process.pid(), false)).sum();
    }

    /// Returns the same for a process, its living children and those that have ended.
    static long microsOfFamily(long pid) {
        return micros(pid, true)
                + ProcessHandle.of(pid).stream()
                        .flatMap(ProcessHandle::children)
                        .mapToLong(child -> micros(child.pid(), false))
                        .sum();
    }

    private static long micros(long pid, boolean withEndedChildren) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // These are the fields after the name, from the third on. The name may contain spaces.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            if (withEndedChildren) {
                ticks += Long.parseLong(fields[13]) + Long.parseLong(fields[14]);
            }
            return ticks * TICK_MICROS;
        } catch (IOException e) {
            // The process has ended in the meantime.
            return 0;
        }
    }

    /// Returns the largest resident memory of a process so far, in bytes.
    static long peakBytes(long pid) {
        return statusBytes(pid, "VmHWM:");
    }

    /// Returns the resident memory of a process, in bytes.
    static long residentBytes(long pid) {
        return statusBytes(pid, "VmRSS:");
    }

    private static long statusBytes(long pid, String field) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith(field)) {
                    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
        } catch (IOException e) {
            throw new Failed("the server has ended", e);
        }
        throw new Failed("Linux does not tell the memory of process " + pid);
    }

    /// Returns the command line of a process.
    static String[] command(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline")).split("\0");
        } catch (IOException e) {
            throw new Failed("the server has ended", e);
        }
    }
}
