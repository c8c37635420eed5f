package dev.muster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Information about processes from Linux's `/proc`.
final class Proc {
    /// Microseconds per tick of Linux's processor times: USER_HZ is 100 everywhere.
    private static final long TICK_MICROS = 10_000;

    private Proc() {}

    /// Microseconds of processor time used so far by these processes, in user and kernel mode.
    static long micros(Stream<ProcessHandle> processes) {
        return processes.mapToLong(process -> micros(process.pid(), false)).sum();
    }

    /// The same for a process, its living children and those that have ended.
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
            // Fields from the third on, after the name, which may contain spaces.
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

    /// The largest resident memory of a process so far, in bytes.
    static long peakBytes(long pid) {
        return statusBytes(pid, "VmHWM:");
    }

    /// The resident memory of a process, in bytes.
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

    /// The command line of a process.
    static String[] command(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline")).split("\0");
        } catch (IOException e) {
            throw new Failed("the server has ended", e);
        }
    }
}
