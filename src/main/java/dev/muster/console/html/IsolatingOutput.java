package dev.muster.console.html;

import dev.muster.model.validation.Invisible;
import gg.jte.TemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes text from users and partners so that it cannot be mistaken for something else. Characters that are invisible
/// or change the text direction are shown as code points, such as `⟨U+202E⟩`. Text that may be right-to-left is
/// isolated in a `bdi` element, so that it does not reorder the text around it. This applies to all templates.
///
/// Text in attributes that are displayed or read aloud, such as `aria-label` and `title`, is isolated with Unicode
/// characters instead of an element. Other attributes and text areas are left unchanged, because forms send them back.
public final class IsolatingOutput extends OwaspHtmlTemplateOutput {
    /// Elements that can contain only text, so that `<bdi>` would be shown as text.
    private static final Set<String> TEXT_ONLY = Set.of("title", "option");

    private static final Set<String> RAW_ELEMENTS = Set.of("textarea", "script", "style");

    /// Attributes that people see or hear.
    private static final Set<String> READABLE_ATTRIBUTES =
            Set.of("aria-label", "aria-description", "title", "alt", "placeholder");

    private static final String FIRST_STRONG_ISOLATE = "\u2068";
    private static final String POP_ISOLATE = "\u2069";

    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private @Nullable String tag;
    private @Nullable String attribute;

    public IsolatingOutput(TemplateOutput output) {
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
        return attribute == null ? tag != null && RAW_ELEMENTS.contains(tag) : !READABLE_ATTRIBUTES.contains(attribute);
    }

    /// Whether `text` is left-to-right and has no characters that must be made visible.
    private static boolean isPlain(String text) {
        return text.codePoints().allMatch(c -> (c < 0x0300 && c != 0x00AD) || (!Invisible.hides(c) && !turns(c)));
    }

    private static boolean turns(int c) {
        return switch (Character.getDirectionality(c)) {
            case Character.DIRECTIONALITY_RIGHT_TO_LEFT,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC,
                    Character.DIRECTIONALITY_ARABIC_NUMBER -> true;
            default -> c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER;
        };
    }

    /// Returns the text with invisible characters replaced by their code points.
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
