package dev.muster.model.validation;

import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.Set;

/// Determines whether a string is single-script according to Unicode Technical Standard 39. Common characters (digits,
/// punctuation) and marks match any script, and Japanese, Korean and Chinese each combine several scripts.
final class Scripts {
    /// Sets of scripts that may be combined. Any subset of such a set is also allowed.
    private static final Set<Set<UnicodeScript>> COMBINABLE = Set.of(
            EnumSet.of(UnicodeScript.HAN, UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA),
            EnumSet.of(UnicodeScript.HAN, UnicodeScript.HANGUL),
            EnumSet.of(UnicodeScript.HAN, UnicodeScript.BOPOMOFO));

    private Scripts() {}

    static boolean isOfOne(String text) {
        Set<UnicodeScript> scripts = EnumSet.noneOf(UnicodeScript.class);
        text.codePoints().mapToObj(UnicodeScript::of).forEach(scripts::add);
        scripts.removeAll(EnumSet.of(UnicodeScript.COMMON, UnicodeScript.INHERITED));
        return scripts.size() <= 1 || COMBINABLE.stream().anyMatch(all -> all.containsAll(scripts));
    }
}
