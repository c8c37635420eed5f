package dev.muster.console;

import dev.muster.directory.journal.JournalEntry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A journal entry, shown as a sentence that starts with the actor, and as a list of the fields that changed.
///
/// @param subject the words for the subject on its own page, such as `this user`
/// @param dialect the dialect's name, such as `the console` or `signet`
/// @param deliveries the webhooks that the entry was sent to; empty on pages that do not show them
public record TimelineEntry(
        JournalEntry entry,
        String time,
        String who,
        Sentence sentence,
        String subject,
        String dialect,
        List<Difference> differences,
        List<WebhookDeliveryStatus.WebhookStatus> deliveries) {
    /// Fields that are not shown, because they change with every entry about a user.
    private static final Set<String> HIDDEN_FIELDS = Set.of("updatedAt", "version");

    /// A field's value before and after the change.
    public record Difference(String field, String before, String after) {}

    static TimelineEntry of(JournalEntry entry, Labels labels, long realm) {
        return new TimelineEntry(
                entry,
                Labels.time(entry.at()),
                labels.actor(realm, entry.actor()),
                Sentence.of(entry, labels, realm),
                "this " + entry.subject().type().wireName(),
                entry.dialect().equals("console") ? "the console" : entry.dialect(),
                entry.changes().byField().entrySet().stream()
                        .filter(change -> !HIDDEN_FIELDS.contains(change.getKey()))
                        .flatMap(change -> differences(
                                change.getKey(),
                                change.getValue().before(),
                                change.getValue().after(),
                                labels,
                                realm))
                        .toList(),
                List.of());
    }

    /// The note that was written for the entry; null without one.
    public @Nullable String note() {
        return Sentence.note(entry);
    }

    /// Returns a copy that lists the webhooks that the entry was sent to.
    TimelineEntry withDeliveries(WebhookDeliveryStatus webhooks) {
        return new TimelineEntry(entry, time, who, sentence, subject, dialect, differences, webhooks.of(entry));
    }

    /// Returns a copy with other words for the subject.
    TimelineEntry of(String words) {
        return new TimelineEntry(entry, time, who, sentence, words, dialect, differences, deliveries);
    }

    /// Returns a copy that says what a review decided.
    TimelineEntry withDecision(String decision) {
        return new TimelineEntry(
                entry, time, who, sentence.withDecision(decision), subject, dialect, differences, deliveries);
    }

    /// Returns the difference in a field or, for a composite value such as a hold, one difference for each part
    /// that changed.
    private static Stream<Difference> differences(
            String field, @Nullable Object before, @Nullable Object after, Labels labels, long realm) {
        if (before instanceof Map<?, ?> || after instanceof Map<?, ?>) {
            Map<?, ?> was = before instanceof Map<?, ?> map ? map : Map.of();
            Map<?, ?> is = after instanceof Map<?, ?> map ? map : Map.of();
            return Stream.concat(was.keySet().stream(), is.keySet().stream())
                    .map(String::valueOf)
                    .distinct()
                    .filter(part -> !Objects.equals(was.get(part), is.get(part)))
                    .map(part -> new Difference(
                            field + ", " + part,
                            labels.value(realm, part, was.get(part)),
                            labels.value(realm, part, is.get(part))));
        }
        return Stream.of(new Difference(field, labels.value(realm, field, before), labels.value(realm, field, after)));
    }
}
