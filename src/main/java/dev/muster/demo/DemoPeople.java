package dev.muster.demo;

import dev.muster.model.Command;
import dev.muster.model.credential.Rank;
import dev.muster.model.user.Card;
import dev.muster.model.user.Tag;
import dev.muster.model.validation.Validator;
import dev.muster.model.value.Identifier;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fictional people of the demo, who are the same at every start. Their names are in many languages and scripts.
final class DemoPeople {
    private static final String NAMES = "/demo/names.txt";
    private static final List<String> DEPARTMENTS =
            List.of("Finance", "Logistics", "Support", "Research", "Field sales", "Legal", "Operations");

    /// Transliterations of letters that do not decompose to ASCII.
    private static final Map<Character, String> LATIN = Map.ofEntries(
            Map.entry('ß', "ss"),
            Map.entry('æ', "ae"),
            Map.entry('œ', "oe"),
            Map.entry('ø', "o"),
            Map.entry('ł', "l"),
            Map.entry('đ', "d"),
            Map.entry('ı', "i"));

    private DemoPeople() {}

    /// A person to register, and what to add afterwards.
    ///
    /// @param number the person's number, counted from 1; it determines what else happens to them
    record Person(
            int number,
            Command.Register register,
            Rank rank,
            List<Card> cards,
            List<String> workstations,
            boolean confirmed) {}

    private record Name(String text, String latin) {}

    private record Locals(String locale, boolean familyFirst, List<Name> given, List<Name> family) {}

    /// Returns the first `count` people.
    static List<Person> first(int count) {
        List<Locals> all = read();
        Map<String, Integer> addresses = new HashMap<>();
        List<Person> people = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            people.add(person(i + 1, all.get(i % all.size()), i / all.size(), addresses));
        }
        return people;
    }

    private static Person person(int number, Locals locals, int round, Map<String, Integer> addresses) {
        int names = locals.given().size();
        Name given = locals.given().get(round % names);
        Name family = locals.family().get((round + round / names) % names);
        String plain = given.latin() + "." + family.latin();
        int seen = addresses.merge(plain, 1, Integer::sum);
        String unique = seen == 1 ? plain : plain + seen;

        boolean guest = number % 14 == 9;
        boolean byNumberOnly = number % 23 == 6;
        String username = number % 3 == 0 && !guest ? given.latin().charAt(0) + family.latin() + number : null;
        Validator checks = new Validator();
        Command.Register register = new Command.Register(
                byNumberOnly ? null : checks.email(unique + (number % 5 < 3 ? "@example.com" : "@example.org")),
                checks.identifier(Identifier.Kind.EXTERNAL_ID, externalId(number, guest, byNumberOnly)),
                checks.identifier(Identifier.Kind.USERNAME, username),
                checks.line(
                        "name",
                        locals.familyFirst()
                                ? joined(family.text(), given.text(), locals)
                                : given.text() + " " + family.text(),
                        200),
                checks.line("givenName", given.text(), 200),
                checks.line("familyName", family.text(), 200),
                guest ? Tag.GUEST : Tag.USER,
                guest ? null : checks.metadata(metadata(number, locals.locale())));
        List<Card> cards = checks.cards(cards(number, guest), false);
        List<String> workstations = checks.workstations(workstations(number, guest, family.latin()));
        if (!checks.passed()) {
            throw new IllegalStateException("a made-up person breaks the rules: " + checks.faults());
        }
        return new Person(number, register, rank(number, guest), cards, workstations, !byNumberOnly && number % 4 != 3);
    }

    /// Joins the parts of a name. Vietnamese names are written with a space; Chinese, Japanese and Korean names are
    /// written without one.
    private static String joined(String first, String second, Locals locals) {
        return locals.locale().startsWith("vi") ? first + " " + second : first + second;
    }

    private static @Nullable String externalId(int number, boolean guest, boolean needed) {
        if (guest) {
            return "visitor/2026/%04d".formatted(number);
        }
        return needed || number % 2 == 0 ? "EMP-%05d".formatted(10_000 + number * 7) : null;
    }

    private static String metadata(int number, String locale) {
        return "{\"department\":\"%s\",\"locale\":\"%s\"}"
                .formatted(DEPARTMENTS.get(number % DEPARTMENTS.size()), locale);
    }

    private static Rank rank(int number, boolean guest) {
        if (guest) {
            return Rank.REGULAR;
        }
        return number % 150 == 1 ? Rank.SUPER : number % 40 == 2 ? Rank.ADMIN : Rank.REGULAR;
    }

    private static List<Card> cards(int number, boolean guest) {
        List<Card> cards = new ArrayList<>();
        if (number % 4 == 0) {
            cards.add(new Card("70%010d".formatted(number * 999_983L), guest ? "day pass" : "main gate"));
        }
        if (number % 12 == 0) {
            cards.add(new Card("71%010d".formatted(number * 999_983L), null));
        }
        return cards;
    }

    private static List<String> workstations(int number, boolean guest, String family) {
        if (guest || number % 5 != 1) {
            return List.of();
        }
        String account = "EXAMPLE\\" + family + number;
        return number % 10 == 1 ? List.of(account, family + "-laptop") : List.of(account);
    }

    private static List<Locals> read() {
        return DemoText.resource(NAMES)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(DemoPeople::locals)
                .toList();
    }

    private static Locals locals(String line) {
        List<String> parts = Arrays.asList(line.split(" *\\| *", -1));
        List<String> head = Arrays.asList(parts.get(0).split(" +", -1));
        return new Locals(head.get(0), head.get(1).equals("family"), names(parts.get(1)), names(parts.get(2)));
    }

    private static List<Name> names(String part) {
        return Arrays.stream(part.split(" ", -1))
                .map(name -> {
                    int equals = name.indexOf('=');
                    return equals < 0
                            ? new Name(name, latin(name))
                            : new Name(name.substring(0, equals), name.substring(equals + 1));
                })
                .toList();
    }

    /// Returns `name` transliterated to the letters a to z.
    private static String latin(String name) {
        String bare = Normalizer.normalize(name.toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
        StringBuilder latin = new StringBuilder(bare.length());
        for (int i = 0; i < bare.length(); i++) {
            char c = bare.charAt(i);
            if (c >= 'a' && c <= 'z') {
                latin.append(c);
            } else {
                latin.append(LATIN.getOrDefault(c, ""));
            }
        }
        return latin.toString();
    }
}
