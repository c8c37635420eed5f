package dev.muster.api.smileid;

import dev.muster.http.Request;
import dev.muster.security.RequestSignatures.Signed;
import dev.muster.security.SignedTime;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the signatures in a request that cannot be read as it should be: broken JSON, a form, headers, a query. It
/// looks for what resembles a signature, a partner's id and a time, in whatever syntax they are written. Whoever saw
/// the request can do the same.
///
/// Only the beginning of a body is looked at, and only a few candidates are returned: each costs as much to check as a
/// request does.
final class SignatureScanner {
    private static final int LOOKED_AT_CHARS = 64 << 10;

    /// How many different values of each part are tried.
    private static final int MOST = 2;

    /// How many places of each reading are looked at for one.
    private static final int MOST_LOOKED_AT = 16;

    private static final Pattern SIGNATURE = Pattern.compile("(?<![A-Za-z0-9+/])([A-Za-z0-9+/]{43}=)");

    private static final String BETWEEN = "[\"'\\s\\\\]{0,8}[:=>]?[\"'\\s\\\\]{0,8}";
    private static final Pattern PARTNER =
            Pattern.compile("(?i)(?:partner[_-]?id|client[_-]?id)" + BETWEEN + "([A-Za-z0-9_-]{1,64})");
    private static final Pattern TIMESTAMP =
            Pattern.compile("(?i)timestamp" + BETWEEN + "([^\"'<&\\r\\n\\\\,}\\]]{1,128})");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9A-Fa-f]{4})|([/\"\\\\]))");

    private SignatureScanner() {}

    /// Every combination of the first few signatures, partners and times in the headers, the query and `body`.
    static List<Signed> in(Request request, byte[] body) {
        Set<String> signatures = new LinkedHashSet<>();
        Set<String> partners = new LinkedHashSet<>();
        Set<String> times = new LinkedHashSet<>();
        for (String text : readings(request, body)) {
            find(SIGNATURE, text, _ -> true, signatures);
            find(PARTNER, text, _ -> true, partners);
            // A signature over a text that is not a time is never accepted.
            find(TIMESTAMP, text, time -> SignedTime.of(time).isReadable(), times);
        }
        List<Signed> found = new ArrayList<>();
        for (String signature : signatures) {
            for (String partner : partners) {
                for (String time : times) {
                    found.add(new Signed(partner, SignedTime.of(time), signature));
                }
            }
        }
        return found;
    }

    private static void find(Pattern pattern, String text, Predicate<String> fits, Set<String> into) {
        Matcher matcher = pattern.matcher(text);
        for (int looked = 0; looked < MOST_LOOKED_AT && into.size() < MOST && matcher.find(); looked++) {
            String found = matcher.group(1).strip();
            if (fits.test(found)) {
                into.add(found);
            }
        }
    }

    /// The text as it is, as JSON and as a form; of forms also with blanks for plus signs, which stand in signatures
    /// and in times.
    private static List<String> readings(Request request, byte[] body) {
        StringBuilder all = new StringBuilder();
        for (String header : SmileFields.SIGNATURE_HEADERS.keySet()) {
            String value = request.header(header);
            if (value != null) {
                all.append(header).append('=').append(value).append('\n');
            }
        }
        for (String name : request.queryNames()) {
            all.append(name).append('=').append(request.query(name)).append('\n');
        }
        all.append(new String(body, 0, Math.min(body.length, LOOKED_AT_CHARS), StandardCharsets.UTF_8));
        String text = all.toString();
        List<String> readings = new ArrayList<>(List.of(text));
        if (text.indexOf('\\') >= 0) {
            readings.add(ESCAPE.matcher(text).replaceAll(SignatureScanner::unescaped));
        }
        if (text.indexOf('%') >= 0) {
            readings.add(decoded(text));
            readings.add(decoded(text.replace('+', ' ')));
        }
        return readings;
    }

    private static String unescaped(java.util.regex.MatchResult escape) {
        String code = escape.group(1);
        return Matcher.quoteReplacement(
                code == null ? escape.group(2) : Character.toString(Integer.parseInt(code, 16)));
    }

    /// Percent signs that begin no code stay.
    private static String decoded(String text) {
        String kept = text.replaceAll("%(?![0-9A-Fa-f]{2})", "%25").replace("+", "%2B");
        return URLDecoder.decode(kept, StandardCharsets.UTF_8);
    }
}
