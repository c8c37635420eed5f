package dev.muster.model.validation;

import java.util.regex.Pattern;

/// Recognizes e-mail addresses as HTML's `input type=email` does.
final class EmailPattern {
    /// Letters and digits, each by itself, because Java matches a class of characters much faster without ranges.
    private static final String ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static final String DOMAIN_LABEL = "(?!-)[" + ALPHANUMERIC + "-]{1,63}+(?<!-)";

    /// The pattern from https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address, with possessive
    /// quantifiers, which prevent backtracking.
    private static final Pattern ADDRESS = Pattern.compile(
            "[" + ALPHANUMERIC + ".!#$%&'*+/=?^_`{|}~-]++@" + DOMAIN_LABEL + "(?:\\." + DOMAIN_LABEL + ")*+");

    private EmailPattern() {}

    static boolean matches(String text) {
        return ADDRESS.matcher(text).matches();
    }
}
