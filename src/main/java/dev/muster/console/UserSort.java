package dev.muster.console;

import dev.muster.directory.AsOf;
import dev.muster.directory.Page;
import dev.muster.model.user.User;
import dev.muster.model.value.Identifier;
import dev.muster.model.value.WireNamed;
import java.text.Collator;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The order of a list of users by one of its columns, written as `name` or, descending, `-name`. Users without a
/// value come last in either direction; equal users are in the order of their numbers.
///
/// Only lists of up to [#MAX_USERS] users can be sorted. They are read as a whole and sorted in memory, so that no
/// column needs an index.
record UserSort(Column column, boolean descending) {
    static final int MAX_USERS = 1_000;

    enum Column implements WireNamed {
        NAME("name", "Name", null),
        STANDING("standing", "Standing", null),
        EMAIL("email", "E-mail", null),
        USERNAME("username", "Username", "less"),
        EXTERNAL_ID("external-id", "External id", "less"),
        RANK("rank", "Rank", "less"),
        TAG("tag", "Tag", "less"),
        NUMBER("number", "No.", "n less");

        private final String word;
        private final String title;
        private final @Nullable String styles;

        Column(String word, String title, @Nullable String styles) {
            this.word = word;
            this.title = title;
            this.styles = styles;
        }

        @Override
        public String wireName() {
            return word;
        }

        /// Whether operators can hide this column.
        boolean isOptional() {
            return this != NAME && this != STANDING;
        }
    }

    /// Returns the heads of the columns.
    ///
    /// @param sort the current order; null for the order of registration
    /// @param link creates the link for an order; null if the list cannot be sorted
    static List<UsersPage.Head> heads(@Nullable UserSort sort, @Nullable Function<UserSort, String> link) {
        return List.of(Column.values()).stream()
                .map(column -> {
                    UserSort current = sort == null || sort.column != column ? null : sort;
                    UserSort next = new UserSort(column, current != null && !current.descending);
                    return new UsersPage.Head(
                            column.title,
                            column.styles,
                            column.isOptional() ? column.word : null,
                            link == null ? null : link.apply(next),
                            current == null ? null : current.direction());
                })
                .toList();
    }

    private String direction() {
        return descending ? "descending" : "ascending";
    }

    /// Returns the order named by `word`; null if there is no such order.
    static @Nullable UserSort of(@Nullable String word) {
        if (word == null) {
            return null;
        }
        boolean descending = word.startsWith("-");
        Column column = WireNamed.of(Column.values(), descending ? word.substring(1) : word);
        return column == null ? null : new UserSort(column, descending);
    }

    String wireName() {
        return (descending ? "-" : "") + column.word;
    }

    /// Returns up to `limit` users in this order, after the first `skip` ones.
    ///
    /// @param all all users of the list
    AsOf<Page<User>> sorted(AsOf<Page<User>> all, int skip, int limit) {
        List<User> sorted = all.value().items().stream()
                .sorted(comparator(all.at()))
                .skip(skip)
                .limit(limit)
                .toList();
        return new AsOf<>(new Page<>(sorted, all.value().total(), all.value().totalIsAtLeast(), null), all.at());
    }

    private Comparator<User> comparator(Instant at) {
        Comparator<User> order = switch (column) {
            case NAME -> byText(Labels::name);
            case STANDING -> by(user -> user.holds().status(at));
            case EMAIL -> byIdentifier(Identifier.Kind.EMAIL);
            case USERNAME -> byIdentifier(Identifier.Kind.USERNAME);
            case EXTERNAL_ID -> byIdentifier(Identifier.Kind.EXTERNAL_ID);
            case RANK -> by(User::rank);
            case TAG -> by(User::tag);
            case NUMBER -> directed(Comparator.comparingLong(User::number));
        };
        return order.thenComparingLong(User::number);
    }

    private <T extends Comparable<? super T>> Comparator<User> by(Function<User, T> value) {
        return directed(Comparator.comparing(value));
    }

    private Comparator<User> byIdentifier(Identifier.Kind kind) {
        return Comparator.comparing((User user) -> user.identifier(kind) == null)
                .thenComparing(byText(user -> {
                    Identifier identifier = user.identifier(kind);
                    return identifier == null ? "" : identifier.folded();
                }));
    }

    private Comparator<User> byText(Function<User, String> text) {
        Collator collator = Collator.getInstance(Locale.ROOT);
        return directed(Comparator.comparing(text, collator));
    }

    private <T> Comparator<T> directed(Comparator<T> ascending) {
        return descending ? ascending.reversed() : ascending;
    }
}
