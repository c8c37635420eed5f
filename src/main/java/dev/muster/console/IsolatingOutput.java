package dev.muster.console;

import dev.muster.model.validation.Invisible;
import gg.jte.TemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes what users and partners wrote so that it cannot pretend to be something else: characters that turn the
/// direction of text or cannot be seen are shown as `⟨U+202E⟩`, and a text that may run from right to left is
/// isolated in a `bdi`, so that it moves nothing beside it. It stands in one place so that no page can forget it.
///
/// Attributes that are read out or shown (`aria-label`, `title`) are treated alike, isolated by characters in
/// place of an element. Other attributes and text areas stay as they are: forms send them back.
final class IsolatingOutput extends OwaspHtmlTemplateOutput {
    /// Elements that hold text alone, in which `<bdi>` would be text too.
    private static final Set<String> TEXT_ONLY = Set.of("title", "option");

    private static final Set<String> LEFT_ALONE = Set.of("textarea", "script", "style");

    /// Attributes that people read or hear.
    private static final Set<String> READ_OUT = Set.of("aria-label", "aria-description", "title", "alt", "placeholder");

    private static final String FIRST_STRONG_ISOLATE = "\u2068";
    private static final String POP_ISOLATE = "\u2069";

    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private @Nullable String tag;
    private @Nullable String attribute;

    IsolatingOutput(TemplateOutput output) {
        super(output);
    }

    @Override
    public void setContext(@Nullable String tagName, @Nullable String attributeName) {
        tag = tagName;
        attribute = attributeName;
        super.setContext(tagName, attributeName);
    }

    @Override
    public void writeUserContent(@Nullable String value) {
        if (value == null || isPlain(value) || isSentBack()) {
            super.writeUserContent(value);
            return;
        }
        if (attribute != null) {
            super.writeUserContent(FIRST_STRONG_ISOLATE + visible(value) + POP_ISOLATE);
            return;
        }
        boolean isolated = tag == null || !TEXT_ONLY.contains(tag);
        if (isolated) {
            writeContent("<bdi>");
        }
        super.writeUserContent(visible(value));
        if (isolated) {
            writeContent("</bdi>");
        }
    }

    private boolean isSentBack() {
        return attribute == null ? tag != null && LEFT_ALONE.contains(tag) : !READ_OUT.contains(attribute);
    }

    /// Whether it runs from left to right and hides nothing.
    private static boolean isPlain(String text) {
        return text.codePoints().allMatch(c -> (c < 0x0590 && c != 0x00AD) || (!Invisible.hides(c) && !turns(c)));
    }

    private static boolean turns(int c) {
        return switch (Character.getDirectionality(c)) {
            case Character.DIRECTIONALITY_RIGHT_TO_LEFT,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC,
                    Character.DIRECTIONALITY_ARABIC_NUMBER -> true;
            default -> c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER;
        };
    }

    /// The text with its hidden characters by their numbers.
    static String visible(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (Invisible.hides(c)) {
                shown.append("⟨U+%04X⟩".formatted(c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }
}
