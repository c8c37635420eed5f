package dev.muster.model.user;

import dev.muster.model.credential.ActorRef;
import dev.muster.model.credential.Rank;
import dev.muster.model.value.Changes;
import dev.muster.model.value.Identifier;
import dev.muster.model.value.Timestamps;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A user's fields by name, as journalled. This class computes the differences between two states of a user, and undoes
/// them. Undoing all entries after a given time yields the user as of that time. Personal fields are cleared when the
/// user is erased.
public final class UserFields {
    /// The prefix of the fields of holds.
    private static final String HOLDS = "holds.";

    private static final List<Field<?>> FIELDS = List.of(
            identifier(Identifier.Kind.EXTERNAL_ID).asPersonal(),
            identifier(Identifier.Kind.EMAIL).asPersonal(),
            instant("emailConfirmedAt", User::emailConfirmedAt, (d, v) -> d.emailConfirmedAt = v)
                    .asPersonal(),
            identifier(Identifier.Kind.USERNAME).asPersonal(),
            text("name", User::name, (d, v) -> d.name = v).asPersonal(),
            text("givenName", User::givenName, (d, v) -> d.givenName = v).asPersonal(),
            text("familyName", User::familyName, (d, v) -> d.familyName = v).asPersonal(),
            new Field<>("tag", User::tag, Enum::name, v -> Tag.valueOf((String) v), (d, v) -> d.tag = or(v, Tag.USER)),
            new Field<>(
                    "rank",
                    User::rank,
                    Enum::name,
                    v -> Rank.valueOf((String) v),
                    (d, v) -> d.rank = or(v, Rank.REGULAR)),
            new Field<>(
                    "enrolment",
                    User::enrolment,
                    UserFields::enrolmentOut,
                    UserFields::enrolmentIn,
                    (d, v) -> d.enrolment = or(v, new Enrolment.None())),
            new Field<List<String>>(
                            "workstations",
                            User::workstations,
                            v -> v.isEmpty() ? null : v,
                            v -> ((List<?>) v).stream().map(String.class::cast).toList(),
                            (d, v) -> d.workstations = or(v, List.of()))
                    .asPersonal(),
            new Field<List<Card>>(
                            "cards",
                            User::cards,
                            UserFields::cardsOut,
                            UserFields::cardsIn,
                            (d, v) -> d.cards = or(v, List.of()))
                    .asPersonal(),
            text("metadata", User::metadata, (d, v) -> d.metadata = v).asPersonal(),
            instant("updatedAt", User::updatedAt, (d, v) -> d.updatedAt = or(v, Instant.EPOCH)),
            instant("activeAt", User::activeAt, (d, v) -> d.activeAt = v),
            instant("deviceAddedAt", User::deviceAddedAt, (d, v) -> d.deviceAddedAt = v),
            instant("erasedAt", User::erasedAt, (d, v) -> d.erasedAt = v),
            new Field<Long>(
                    "version", User::version, v -> v, v -> ((Number) v).longValue(), (d, v) -> d.version = or(v, 0L)));

    private UserFields() {}

    /// The differences from `before` (null for a new user) to `after`.
    public static Changes diff(@Nullable User before, User after) {
        Changes.Draft changes = new Changes.Draft();
        if (before == null) {
            changes.put("id", null, after.id().toString());
            changes.put("number", null, after.number());
            changes.put("registeredAt", null, Timestamps.text(after.registeredAt()));
        }
        for (Field<?> field : FIELDS) {
            field.diff(changes, before, after);
        }
        diffHolds(changes, before == null ? Holds.NONE : before.holds(), after.holds());
        return changes.build();
    }

    /// Returns the state before `changes`, which led to `after`.
    public static User undo(User after, Changes changes) {
        User.Draft draft = after.draft();
        changes.byField().forEach((name, change) -> {
            if (name.startsWith(HOLDS)) {
                draft.holds = undoHold(draft.holds, holdChange(name, change.before(), null));
            } else {
                for (Field<?> field : FIELDS) {
                    if (field.name.equals(name)) {
                        field.set(draft, change.before());
                    }
                }
            }
        });
        return draft.build();
    }

    /// Clears the personal fields.
    public static void erase(User.Draft draft) {
        for (Field<?> field : FIELDS) {
            if (field.personal) {
                field.set(draft, null);
            }
        }
    }

    /// Whether all personal fields are empty. Holds are ignored.
    public static boolean isErased(User user) {
        for (Field<?> field : FIELDS) {
            if (field.personal && field.value(user) != null) {
                return false;
            }
        }
        return true;
    }

    static List<String> names() {
        return FIELDS.stream().map(Field::name).toList();
    }

    static List<String> personal() {
        return FIELDS.stream().filter(Field::personal).map(Field::name).toList();
    }

    private static void diffHolds(Changes.Draft changes, Holds before, Holds after) {
        if (before.equals(after)) {
            return;
        }
        for (Hold hold : before.all()) {
            Hold now = after.get(hold.kind(), hold.label());
            if (!hold.equals(now)) {
                changes.put(hold.field(), holdOut(hold), now == null ? null : holdOut(now));
            }
        }
        for (Hold hold : after.all()) {
            if (before.get(hold.kind(), hold.label()) == null) {
                changes.put(hold.field(), null, holdOut(hold));
            }
        }
    }

    /// The changes of holds in `changes`, in the order of their fields.
    public static List<HoldChange> holdChanges(Changes changes) {
        return changes.byField().entrySet().stream()
                .filter(each -> each.getKey().startsWith(HOLDS))
                .map(each -> holdChange(
                        each.getKey(), each.getValue().before(), each.getValue().after()))
                .toList();
    }

    /// @param field the name of a hold's field: see [Hold#field]
    private static HoldChange holdChange(String field, @Nullable Object before, @Nullable Object after) {
        int dot = field.indexOf('.', HOLDS.length());
        HoldKind kind = Objects.requireNonNull(HoldKind.of(field.substring(HOLDS.length(), dot)));
        String label = field.substring(dot + 1);
        return new HoldChange(
                kind,
                label,
                before == null ? null : holdIn(kind, label, (Map<?, ?>) before),
                after == null ? null : holdIn(kind, label, (Map<?, ?>) after));
    }

    private static Holds undoHold(Holds holds, HoldChange change) {
        Hold before = change.before();
        return before == null ? holds.without(change.kind(), change.label()) : holds.with(before);
    }

    private static Map<String, Object> holdOut(Hold hold) {
        Map<String, Object> out = new LinkedHashMap<>();
        putText(out, "reason", hold.reason());
        putText(out, "note", hold.note());
        out.put("placedBy", hold.placedBy().text());
        out.put("placedAt", Timestamps.text(hold.placedAt()));
        if (hold.changed() != null) {
            out.put("changedBy", hold.changed().by().text());
            out.put("changedAt", Timestamps.text(hold.changed().at()));
        }
        if (hold.until() != null) {
            out.put("until", Timestamps.text(hold.until()));
        }
        return out;
    }

    private static Hold holdIn(HoldKind kind, String label, Map<?, ?> in) {
        return new Hold(
                kind,
                label,
                (String) in.get("reason"),
                (String) in.get("note"),
                ActorRef.parse((String) Objects.requireNonNull(in.get("placedBy"))),
                instantIn(in.get("placedAt")),
                in.get("until") == null ? null : instantIn(in.get("until")),
                in.get("changedBy") instanceof String changedBy
                        ? new Hold.Alteration(ActorRef.parse(changedBy), instantIn(in.get("changedAt")))
                        : null);
    }

    private static @Nullable Object enrolmentOut(Enrolment enrolment) {
        return switch (enrolment) {
            case Enrolment.None() -> null;
            case Enrolment.Enrolled enrolled -> enrolledOut(enrolled, "enrolled");
            case Enrolment.ReenrolmentAllowed(var previous) -> enrolledOut(previous, "reenrolment_allowed");
        };
    }

    private static Map<String, Object> enrolledOut(Enrolment.Enrolled enrolled, String state) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("state", state);
        out.put("jobId", enrolled.jobId());
        out.put("at", Timestamps.text(enrolled.at()));
        return out;
    }

    private static Enrolment enrolmentIn(Object in) {
        Map<?, ?> map = (Map<?, ?>) in;
        Enrolment.Enrolled enrolled =
                new Enrolment.Enrolled((String) Objects.requireNonNull(map.get("jobId")), instantIn(map.get("at")));
        return "enrolled".equals(map.get("state")) ? enrolled : new Enrolment.ReenrolmentAllowed(enrolled);
    }

    private static @Nullable Object cardsOut(List<Card> cards) {
        return cards.isEmpty()
                ? null
                : cards.stream()
                        .map(card -> {
                            Map<String, Object> out = new LinkedHashMap<>();
                            out.put("number", card.number());
                            putText(out, "label", card.label());
                            return out;
                        })
                        .toList();
    }

    private static List<Card> cardsIn(Object in) {
        return ((List<?>) in)
                .stream()
                        .map(card -> (Map<?, ?>) card)
                        .map(card -> new Card(
                                (String) Objects.requireNonNull(card.get("number")), (String) card.get("label")))
                        .toList();
    }

    private static Instant instantIn(@Nullable Object text) {
        return Instant.parse((String) Objects.requireNonNull(text));
    }

    private static void putText(Map<String, Object> out, String name, @Nullable String value) {
        if (value != null) {
            out.put(name, value);
        }
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    private static Field<?> identifier(Identifier.Kind kind) {
        return new Field<Identifier>(
                kind.field(),
                user -> user.identifier(kind),
                Identifier::text,
                v -> new Identifier(kind, (String) v, Identifier.fold(kind, (String) v)),
                (draft, v) -> draft.identifier(kind, v));
    }

    private static Field<?> text(
            String name, Function<User, @Nullable String> get, BiConsumer<User.Draft, @Nullable String> set) {
        return new Field<String>(name, get, v -> v, v -> (String) v, set);
    }

    private static Field<?> instant(
            String name, Function<User, @Nullable Instant> get, BiConsumer<User.Draft, @Nullable Instant> set) {
        return new Field<Instant>(name, get, Timestamps::text, UserFields::instantIn, set);
    }

    /// Defines how one field is read from a user, written to the journal, read back and set. `out` returns null for
    /// the field's default value.
    private record Field<T>(
            String name,
            Function<User, @Nullable T> get,
            Function<T, @Nullable Object> out,
            Function<Object, T> in,
            BiConsumer<User.Draft, @Nullable T> set,
            boolean personal) {
        Field(
                String name,
                Function<User, @Nullable T> get,
                Function<T, @Nullable Object> out,
                Function<Object, T> in,
                BiConsumer<User.Draft, @Nullable T> set) {
            this(name, get, out, in, set, false);
        }

        Field<T> asPersonal() {
            return new Field<>(name, get, out, in, set, true);
        }

        @Nullable
        Object value(User user) {
            T value = get.apply(user);
            return value == null ? null : out.apply(value);
        }

        void diff(Changes.Draft changes, @Nullable User before, User after) {
            T was = before == null ? null : get.apply(before);
            T is = get.apply(after);
            if (!Objects.equals(was, is)) {
                Object outBefore = was == null ? null : out.apply(was);
                Object outAfter = is == null ? null : out.apply(is);
                if (!Objects.equals(outBefore, outAfter)) {
                    changes.put(name, outBefore, outAfter);
                }
            }
        }

        void set(User.Draft draft, @Nullable Object value) {
            set.accept(draft, value == null ? null : in.apply(value));
        }
    }
}
