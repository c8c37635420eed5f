package dev.muster.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Describes a browser in the list of sessions, such as `Firefox on Linux`, so that operators can recognise their own
/// sessions. The description contains no text from the `User-Agent` header, which clients choose freely.
final class BrowserName {
    private static final int LONGEST = 500;

    /// A part of the header, and the browser or system that it identifies. The first match wins, because Edge and
    /// Opera also claim to be Chrome, and Chrome claims to be Safari.
    private record Mark(String text, String name) {}

    private static final List<Mark> BROWSERS = List.of(
            new Mark("Edg", "Edge"),
            new Mark("OPR/", "Opera"),
            new Mark("Vivaldi/", "Vivaldi"),
            new Mark("SamsungBrowser/", "Samsung Internet"),
            new Mark("Firefox/", "Firefox"),
            new Mark("FxiOS/", "Firefox"),
            new Mark("HeadlessChrome/", "Chrome"),
            new Mark("Chrome/", "Chrome"),
            new Mark("CriOS/", "Chrome"),
            new Mark("Safari/", "Safari"),
            new Mark("curl/", "curl"));

    private static final List<Mark> SYSTEMS = List.of(
            new Mark("iPhone", "iPhone"),
            new Mark("iPad", "iPad"),
            new Mark("Android", "Android"),
            new Mark("CrOS", "ChromeOS"),
            new Mark("Windows", "Windows"),
            new Mark("Mac OS X", "macOS"),
            new Mark("Linux", "Linux"));

    private BrowserName() {}

    /// @param userAgent the `User-Agent` header; null if absent
    static String of(@Nullable String userAgent) {
        if (userAgent == null || userAgent.length() > LONGEST) {
            return "an unknown browser";
        }
        String browser = name(BROWSERS, userAgent);
        String system = name(SYSTEMS, userAgent);
        return (browser == null ? "an unknown browser" : browser) + (system == null ? "" : " on " + system);
    }

    private static @Nullable String name(List<Mark> marks, String userAgent) {
        return marks.stream()
                .filter(mark -> userAgent.contains(mark.text))
                .map(Mark::name)
                .findFirst()
                .orElse(null);
    }
}
