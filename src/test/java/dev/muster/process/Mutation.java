package dev.muster.process;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// A way to change a request, which usually makes it invalid.
enum Mutation {
    FIELD_REPLACED {
        @Override
        void apply(Draft draft, String template, RandomGenerator random) {
            Object tree = draft.tree();
            draft.tree(tree == null ? new Draft.Raw(value(random)) : put(tree, new Draft.Raw(value(random)), random));
        }
    },
    FIELD_DROPPED {
        @Override
        void apply(Draft draft, String template, RandomGenerator random) {
            if (draft.tree() instanceof Map<?, ?> fields && !fields.isEmpty()) {
                Map<Object, Object> fewer = new LinkedHashMap<>(fields);
                fewer.remove(one(new ArrayList<>(fields.keySet()), random));
                draft.tree(fewer);
            }
        }
    },
    FIELD_ADDED {
        @Override
        void apply(Draft draft, String template, RandomGenerator random) {
            if (draft.tree() instanceof Map<?, ?> fields) {
                Map<Object, Object> more = new LinkedHashMap<>(fields);
                more.put(one(NAMES, random), new Draft.Raw(value(random)));
                draft.tree(more);
            }
        }
    },
    NAME_TWICE {
        @Override
        void apply(Draft draft, String template, RandomGenerator random) {
            String json = new String(draft.body, UTF_8);
            if (draft.tree() instanceof Map<?, ?> fields && !fields.isEmpty()) {
                Object name = one(new ArrayList<>(fields.keySet()), random);
                draft.body = ("{\"" + name + "\":" + one(VALUES, random) + "," + json.substring(json.indexOf('{') + 1))
                        .getBytes(UTF_8);
            }
        }
    },
    DEEP {
        @Override
        void apply(Draft draft, String template, RandomGenerator random) {
            int depth = one(List.of(20, 40, 2_000, 50_000), random);
            boolean closed = random.nextBoolean();
            String deep = random.nextBoolean()
                    ? "[".repeat(depth) + (closed ? "]".repeat(depth) : "")
                    : "{\"a\":".repeat(depth) + "1" + (closed ? "}".repeat(depth) : "");
            Object tree = draft.tree();
            if (tree == null) {
                draft.body = deep.getBytes(UTF_8);
            } else {
                draft.tree(put(tree, new Draft.Raw(deep), random));
            }
        }
    },
    HUGE {
        @Override
        void apply(Draft draft, String template, RandomGenerator random) {
            int length = one(List.of(300, 9_000, 70_000, 1_100_000), random);
            String text = one(List.of("x", "9", " ", "\\u0000", "é", "\\ud83d\\ude00"), random)
                    .repeat(length / 2);
            String value = random.nextBoolean() ? "\"" + text + "\"" : "[" + "\"x\",".repeat(length / 4) + "1]";
            Object tree = draft.tree();
            draft.tree(tree == null ? new Draft.Raw(value) : put(tree, new Draft.Raw(value), random));
        }
    },
    BYTES_FLIPPED {
        @Override
        void apply(Draft draft, String template, RandomGenerator random) {
            for (int i = random.nextInt(4); i >= 0 && draft.body.length > 0; i--) {
                draft.body = draft.body.clone();
                draft.body[random.nextInt(draft.body.length)] = (byte) random.nextInt(256);
            }
        }
    },
    BYTES_INSERTED {
        @Override
        void apply(Draft draft, String template, RandomGenerator random) {
            byte[] more = new byte[1 + random.nextInt(6)];
            random.nextBytes(more);
            if (random.nextBoolean()) {
                more = one(List.of("\0", "\ufeff", "\"", "}", "\r\n--", "&=%", "%ED%A0%80", "\r\n\r\n"), random)
                        .getBytes(UTF_8);
            }
            draft.insert(random.nextInt(draft.body.length + 1), more);
        }
    },
    BODY_REPLACED {
        @Override
        void apply(Draft draft, String template, RandomGenerator random) {
            draft.body = one(BODIES, random).getBytes(one(List.of(UTF_8, UTF_8, UTF_8, UTF_16LE), random));
        }
    },
    CUT {
        @Override
        void apply(Draft draft, String template, RandomGenerator random) {
            draft.cut(random.nextInt(draft.body.length + 1));
        }
    },
    TYPE {
        @Override
        void apply(Draft draft, String template, RandomGenerator random) {
            draft.header("content-type", random.nextInt(8) == 0 ? null : "Content-Type: " + one(TYPES, random));
            if (random.nextInt(6) == 0) {
                draft.headers.add("Content-Encoding: " + one(List.of("gzip", "identity", "x"), random));
            }
        }
    },
    AS_FORM {
        @Override
        void apply(Draft draft, String template, RandomGenerator random) {
            if (draft.tree() instanceof Map<?, ?> fields) {
                List<String> pairs = new ArrayList<>();
                fields.forEach(
                        (name, value) -> pairs.add(encoded(name.toString()) + "=" + encoded(String.valueOf(value))));
                draft.header("content-type", "Content-Type: application/x-www-form-urlencoded");
                draft.body = String.join("&", pairs).getBytes(UTF_8);
            }
        }
    },
    AS_MULTIPART {
        @Override
        void apply(Draft draft, String template, RandomGenerator random) {
            if (draft.tree() instanceof Map<?, ?> fields) {
                StringBuilder parts = new StringBuilder();
                fields.forEach((name, value) -> parts.append("--b\r\nContent-Disposition: form-data; name=\"")
                        .append(name)
                        .append(random.nextInt(5) == 0 ? "\"; filename=\"x" : "")
                        .append("\"\r\n\r\n")
                        .append(value)
                        .append("\r\n"));
                parts.append("--b--\r\n");
                draft.header("content-type", "Content-Type: multipart/form-data; boundary=b");
                draft.body = parts.toString().getBytes(UTF_8);
                if (random.nextBoolean()) {
                    draft.cut(random.nextInt(draft.body.length));
                }
            }
        }
    },
    PATH_VALUE {
        @Override
        void apply(Draft draft, String template, RandomGenerator random) {
            List<String> parameters = Draft.parameters(template);
            if (!parameters.isEmpty()) {
                draft.segment(template, one(parameters, random), inPath(random));
            }
        }
    },
    PATH_BROKEN {
        @Override
        void apply(Draft draft, String template, RandomGenerator random) {
            int at = 1 + random.nextInt(draft.path.length());
            draft.path = draft.path.substring(0, at)
                    + one(
                            List.of("%", "%4", "%zz", "%00", "%ff", "%2F", "/", "//", "..", ";", "#", "é", "%C3%A9"),
                            random)
                    + draft.path.substring(at);
        }
    },
    QUERY {
        @Override
        void apply(Draft draft, String template, RandomGenerator random) {
            String pair = encoded(one(NAMES, random)) + "=" + inPath(random);
            switch (random.nextInt(4)) {
                case 0 -> draft.query.add(random.nextInt(draft.query.size() + 1), one(IN_PATHS, random));
                case 1 -> draft.query.addAll(List.of(pair, pair));
                case 2 -> draft.query.addAll(java.util.Collections.nCopies(300, "a=b"));
                default -> draft.query.add(pair);
            }
        }
    },
    HEADER {
        @Override
        void apply(Draft draft, String template, RandomGenerator random) {
            draft.headers.add(one(HEADERS, random));
        }
    },
    METHOD {
        @Override
        void apply(Draft draft, String template, RandomGenerator random) {
            draft.method = one(
                    List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", "X-1"), random);
        }
    };

    abstract void apply(Draft draft, String template, RandomGenerator random);

    static <T> T one(List<T> of, RandomGenerator random) {
        return of.get(random.nextInt(of.size()));
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    /// Returns a value that is known to be awkward, or a random value.
    private static String value(RandomGenerator random) {
        if (random.nextBoolean()) {
            return one(VALUES, random);
        }
        return switch (random.nextInt(4)) {
            case 0 -> digits(random);
            case 1 -> "-" + digits(random) + "." + digits(random) + "e" + (random.nextInt(900) - 450);
            default -> "\"" + one(KINDS, random) + escaped(random) + "\"";
        };
    }

    private static String inPath(RandomGenerator random) {
        if (random.nextBoolean()) {
            return one(IN_PATHS, random);
        }
        String rest = random.nextInt(3) == 0 ? encoded(characters(random)) : digits(random);
        return encoded(one(KINDS, random)).replace("%3A", ":") + rest;
    }

    /// Prefixes of references, and the beginning of a timestamp.
    private static final List<String> KINDS =
            List.of("", "", "number:", "external:", "email:", "username:", "user:", "2026-11-21T17:01:0");

    private static String digits(RandomGenerator random) {
        StringBuilder digits = new StringBuilder();
        for (int i = random.nextInt(32); i >= 0; i--) {
            digits.append(random.nextInt(10));
        }
        return digits.toString();
    }

    /// Returns random characters from any plane, including unpaired surrogates and control characters.
    private static String characters(RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i >= 0; i--) {
            text.appendCodePoint(
                    switch (random.nextInt(4)) {
                        case 0 -> random.nextInt(0x80);
                        case 1 -> random.nextInt(0x3000);
                        case 2 -> 0xd700 + random.nextInt(0x900);
                        default -> random.nextInt(Character.MAX_CODE_POINT + 1);
                    });
        }
        return text.toString();
    }

    private static String escaped(RandomGenerator random) {
        StringBuilder json = new StringBuilder();
        characters(random).chars().forEach(c -> json.append("\\u%04x".formatted(c)));
        return json.toString();
    }

    /// Returns a copy of `tree` with `value` in a random position.
    private static Object put(Object tree, Object value, RandomGenerator random) {
        if (random.nextInt(12) == 0) {
            return value;
        }
        if (tree instanceof Map<?, ?> fields && !fields.isEmpty()) {
            Map<Object, Object> next = new LinkedHashMap<>(fields);
            Object name = one(new ArrayList<>(fields.keySet()), random);
            next.put(name, put(next.get(name), value, random));
            return next;
        }
        if (tree instanceof List<?> items && !items.isEmpty()) {
            List<Object> next = new ArrayList<>(items);
            int at = random.nextInt(next.size());
            next.set(at, put(next.get(at), value, random));
            return next;
        }
        return value;
    }

    /// Values that are valid in some fields, invalid in others, and at the limit in still others. Some of them are
    /// not valid JSON.
    static final List<String> VALUES = List.of(
            "\"\\u0000\"",
            "\"a\\u0000b\"",
            "\"half \\ud800\"",
            "\"half \\udc00 of\"",
            "\"\"",
            "\" \"",
            "\"\\n\"",
            "\"\\u0378\"",
            "\"\\u200b\"",
            "\"\\u202e\\ufeff\"",
            "\"" + "x".repeat(256) + "\"",
            "\"" + "\\ud83d\\ude00".repeat(255) + "\"",
            "\"" + "\\ud834\\udd60".repeat(255) + "\"",
            "\"" + "\\u0390".repeat(250) + "\"",
            "\"a@b\"",
            "\"a@-\"",
            "\"" + "a".repeat(200) + "@example.org\"",
            "0",
            "-0",
            "-1",
            "1",
            "7",
            "100",
            "1e2",
            "1.5",
            "0.00001",
            "99.99999",
            "9007199254740993",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775809",
            "1e300",
            "1e-300",
            "1e401",
            "1e999999999",
            "1e99999999999",
            "9".repeat(63),
            "9".repeat(2_000),
            "NaN",
            "Infinity",
            "+1",
            "01",
            ".5",
            "true",
            "false",
            "null",
            "\"true\"",
            "\"false\"",
            "\"null\"",
            "[]",
            "[[[]]]",
            "[null]",
            "[\"\\u0000\"]",
            "[1,2,3]",
            "[\"a\",\"a\"]",
            "{}",
            "{\"\\u0000\":\"\\ud800\"}",
            "{\"a\":{\"b\":[{}]}}",
            "{\"\":null}",
            "\"2026-11-21T17:01:02.123Z\"",
            "\"2099-01-01T00:00:00+14:00\"",
            "\"9999-12-31T23:59:59.999-18:00\"",
            "\"0000-01-01T00:00:00+18:00\"",
            "\"-0001-01-01T00:00:00Z\"",
            "\"+999999999-12-31T23:59:59Z\"",
            "\"2026-02-30T00:00:00Z\"",
            "\"2026-11-21T17:01:02,5Z\"",
            "\"2023-02-13 15:07:42 +0000\"",
            "\"number:1\"",
            "\"number:0\"",
            "\"number:99999999999999999999\"",
            "\"external:\"",
            "\"email:x\"",
            "\"external:new-\\u00fc\"",
            "\"username:\\ud800\"",
            "\"01900000-0000-7000-8000-000000000000\"",
            "\"01900000-0000-7000-8000-00000000000\"",
            "\"GUEST\"",
            "\"USER\"",
            "\"SUPER\"",
            "\"REGULAR\"",
            "\"active\"",
            "\"suspended\"",
            "\"inactive\"",
            "\"blocked\"",
            "\"fraud\"",
            "\"passed\"",
            "\"provisional\"",
            "\"admin\"",
            "\"viewer\"",
            "\"4\"",
            "\"[{\\\"number\\\":\\\"1\\\"}]\"",
            "\"[\"",
            "\"{}\"",
            "\"a\",",
            "'a'",
            "{\"a\":",
            "//");

    /// Whole bodies that every route refuses or treats as an empty body.
    private static final List<String> BODIES = List.of(
            "{",
            "[]",
            "null",
            "17",
            "\"text\"",
            "{\"name\":\"a\"} {}",
            "\ufeff{}",
            "\0",
            "[".repeat(100_000),
            "{\"" + "n".repeat(100_000) + "\":1}",
            "{\"name\":" + "9".repeat(100_000) + "}",
            " ".repeat((1 << 20) + 1));

    /// Names of fields and parameters in all dialects.
    static final List<String> NAMES = List.of(
            "q",
            "at",
            "after",
            "offset",
            "limit",
            "status",
            "label",
            "userId",
            "actor",
            "subject",
            "since",
            "until",
            "registeredAfter",
            "registeredBefore",
            "expel",
            "action",
            "group",
            "user",
            "outcome",
            "review",
            "hold",
            "tag",
            "rank",
            "email_id",
            "email",
            "user_tag",
            "smartcards",
            "computer_usernames",
            "allow_duplicates",
            "admin_user_id",
            "unique_id",
            "username",
            "password",
            "refresh",
            "apiKey",
            "apiSecret",
            "refreshToken",
            "name",
            "metadata",
            "note",
            "reason",
            "user_id",
            "job_id",
            "job_type",
            "partner_id",
            "partner_params",
            "environment",
            "timestamp",
            "signature",
            "active",
            "delete",
            "is_fraudulent",
            "allow_new_enroll",
            "history",
            "image_links",
            "retry",
            "callback_url",
            "cards",
            "scopes",
            "role",
            "expiresAt",
            "externalId",
            "extras",
            "nonsense",
            "",
            "\0",
            "\ud800",
            "a[b]",
            "__proto__");

    /// Raw strings to insert into paths and queries.
    static final List<String> IN_PATHS = List.of(
            "%00",
            "a%00b",
            "%ED%A0%80",
            "%C0%80",
            "%FF",
            "%",
            "%4",
            "%zz",
            "%2e%2e",
            "%2F..%2F",
            "..",
            ";a=b",
            "+",
            "*",
            "1",
            "0",
            "-1",
            "50",
            "1000",
            "1001",
            "9007199254740992",
            "9007199254740993",
            "99999999999999999999",
            "1e9",
            "true",
            "True",
            "false",
            "yes",
            "active",
            "blocked",
            "barred",
            "GUEST",
            "ADMIN",
            "pending,passed",
            "open,",
            "external:%00",
            "external:%ED%A0%80",
            "external:x",
            "external:",
            "email:%EF%AC%83%40x.org",
            "email:a%40b",
            "username:%CE%90",
            "number:0",
            "number:1",
            "number:-1",
            "number:999999999999999999",
            "user:",
            "key:%00",
            "user:01900000-0000-7000-8000-000000000000",
            "01900000-0000-7000-8000-000000000000",
            "MQ",
            "AA",
            "LTE",
            "Mg==",
            "2026-11-21T17:01:02.123Z",
            "9999-12-31T23:59:59-18:00",
            "2099-01-01T00%3A00%3A00Z",
            "%F0%9F%98%80",
            "%5B%5D",
            "%5B%22a%22%5D",
            "%7B%7D",
            "x".repeat(300),
            "x".repeat(5_000),
            "%F0%9F%98%80".repeat(300),
            "external:" + "%F0%9D%85%A0".repeat(255),
            "username:" + "%CE%90".repeat(500));

    private static final List<String> TYPES = List.of(
            "application/json",
            "application/merge-patch+json",
            "application/json; charset=utf-16",
            "APPLICATION/JSON",
            "application/jsonx",
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/zip",
            "application/x-www-form-urlencoded; charset=latin1",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=b",
            "multipart/form-data; boundary=\"b",
            "multipart/mixed; boundary=b",
            "\0",
            ";",
            "é",
            "*/*");

    private static final List<String> HEADERS = List.of(
            "Idempotency-Key: ",
            "Idempotency-Key: k",
            "Idempotency-Key: k2",
            "Idempotency-Key: \0",
            "Idempotency-Key: " + "k".repeat(300),
            "Idempotency-Key: ü",
            "If-Match: ",
            "If-Match: 1",
            "If-Match: *",
            "If-Match: \"1\"",
            "If-Match: \"1\", \"2\", \"3\"",
            "If-Match: \"99999999999999999999999\"",
            "If-Match: W/\"1\"",
            "If-Match: " + "\"1\", ".repeat(1_000) + "\"1\"",
            "If-None-Match: *",
            "Muster-Dry-Run: true",
            "Muster-Dry-Run: perhaps",
            "X-Request-Id: \0",
            "X-Request-Id: " + "r".repeat(65),
            "X-Request-Id: fit-1.2_3",
            "X-Forwarded-For: nowhere, %%",
            "Authorization: Bearer second",
            "Authorization: Basic eDp5",
            "apikey: x",
            "X-API-Key: x",
            "Accept: text/html",
            "Range: bytes=0-",
            "X-Long: " + "x".repeat(20_000),
            "Content-Type: application/json",
            "Transfer-Encoding: identity",
            "Host: other",
            "Connection: close",
            ": no name",
            "no colon");
}
