package dev.muster.api.smileid;

import dev.muster.http.Request;
import dev.muster.security.RequestSignatures.RequestSignature;
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

/// Finds signatures in a request that cannot be parsed properly, such as in broken JSON, a form, headers or a query. It
/// searches for anything that resembles a signature, a partner id and a time, in any syntax, as an eavesdropper could
/// do.
///
/// It searches only the beginning of a body and returns only a few candidates, because checking each of them costs as
/// much as checking a request.
final class SignatureScanner {
    private static final int MAX_CHARACTERS = 64 << 10;

    /// The maximum number of different values of each part.
    private static final int MAX_VALUES = 2;

    /// The maximum number of matches examined in each decoding.
    private static final int MAX_MATCHES = 16;

    private static final Pattern SIGNATURE = Pattern.compile("(?<![A-Za-z0-9+/])([A-Za-z0-9+/]{43}=)");

    private static final String SEPARATOR = "[\"'\\s\\\\]{0,8}[:=>]?[\"'\\s\\\\]{0,8}";
    private static final Pattern PARTNER =
            Pattern.compile("(?i)(?:partner[_-]?id|client[_-]?id)" + SEPARATOR + "([A-Za-z0-9_-]{1,64})");
    private static final Pattern TIMESTAMP =
            Pattern.compile("(?i)timestamp" + SEPARATOR + "([^\"'<&\\r\\n\\\\,}\\]]{1,128})");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9A-Fa-f]{4})|([/\"\\\\]))");

    private SignatureScanner() {}

    /// Returns all combinations of the first few signatures, partners and times in the headers, the query and
    /// `body`.
    static List<RequestSignature> in(Request request, byte[] body) {
        Set<String> signatures = new LinkedHashSet<>();
        Set<String> partners = new LinkedHashSet<>();
        Set<String> times = new LinkedHashSet<>();
        for (String text : decodings(request, body)) {
            find(SIGNATURE, text, _ -> true, signatures);
            find(PARTNER, text, _ -> true, partners);
            // A signature over something that is not a time is never accepted.
            find(TIMESTAMP, text, time -> SignedTime.of(time).isReadable(), times);
        }
        List<RequestSignature> found = new ArrayList<>();
        for (String signature : signatures) {
            for (String partner : partners) {
                for (String time : times) {
                    found.add(new RequestSignature(partner, SignedTime.of(time), signature));
                }
            }
        }
        return found;
    }

    private static void find(Pattern pattern, String text, Predicate<String> fits, Set<String> into) {
        Matcher matcher = pattern.matcher(text);
        for (int looked = 0; looked < MAX_MATCHES && into.size() < MAX_VALUES && matcher.find(); looked++) {
            String found = matcher.group(1).strip();
            if (fits.test(found)) {
                into.add(found);
            }
        }
    }

    /// The text as it is, unescaped as JSON, and decoded as a form. A form is decoded twice, once with plus signs
    /// kept and once with plus signs as spaces, because signatures and times contain plus signs.
    private static List<String> decodings(Request request, byte[] body) {
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
        all.append(new String(body, 0, Math.min(body.length, MAX_CHARACTERS), StandardCharsets.UTF_8));
        String text = all.toString();
        List<String> decodings = new ArrayList<>(List.of(text));
        if (text.indexOf('\\') >= 0) {
            decodings.add(ESCAPE.matcher(text).replaceAll(SignatureScanner::unescaped));
        }
        if (text.indexOf('%') >= 0) {
            decodings.add(decoded(text));
            decodings.add(decoded(text.replace('+', ' ')));
        }
        return decodings;
    }

    private static String unescaped(java.util.regex.MatchResult escape) {
        String code = escape.group(1);
        return Matcher.quoteReplacement(
                code == null ? escape.group(2) : Character.toString(Integer.parseInt(code, 16)));
    }

    /// Decodes percent-encoding, and keeps percent signs that are not part of an escape.
    private static String decoded(String text) {
        String kept = text.replaceAll("%(?![0-9A-Fa-f]{2})", "%25").replace("+", "%2B");
        return URLDecoder.decode(kept, StandardCharsets.UTF_8);
    }
}
