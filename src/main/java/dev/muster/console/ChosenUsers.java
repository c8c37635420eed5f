package dev.muster.console;

import static dev.muster.api.RefusedException.unlessRefused;

import dev.muster.api.RefusedException;
import dev.muster.directory.AsOf;
import dev.muster.directory.Directory;
import dev.muster.directory.Page;
import dev.muster.directory.UserQuery;
import dev.muster.http.Form;
import dev.muster.model.Refusal;
import dev.muster.model.user.User;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;

/// The users that a form about many users names.
record ChosenUsers(Directory directory) {
    /// The maximum number of users in one form.
    static final int MAX_USERS = 1_000;

    /// The number of users per request to the directory.
    private static final int PART = 200;

    /// Returns the ids of the users that the form is about: those selected or, if `all` is set, all who match the
    /// form's filters.
    ///
    /// @throws RefusedException if there are none or too many, or if a filter is invalid
    List<UUID> ids(PageVisit visit) {
        Form form = visit.form();
        List<UUID> chosen = new ArrayList<>();
        if (form.first("all") != null) {
            UserQuery query = unlessRefused(UsersPage.query(visit.fields(), null, PART));
            Long after = null;
            do {
                Page<User> page = unlessRefused(directory.list(
                                visit.actor(), visit.realmId(), after == null ? query : query.after(after)))
                        .value();
                page.items().forEach(user -> chosen.add(user.id()));
                after = page.next();
            } while (after != null && chosen.size() <= MAX_USERS);
        } else {
            form.all("user").stream().distinct().forEach(text -> {
                UUID id = FormFields.uuid(text);
                if (id == null) {
                    throw new RefusedException(new Refusal.NotFound("user", text));
                }
                chosen.add(id);
            });
        }
        if (chosen.isEmpty() || chosen.size() > MAX_USERS) {
            throw new RefusedException(tooMany());
        }
        return chosen;
    }

    static Refusal tooMany() {
        return new Refusal.Invalid("user", "too_many", "Choose one to " + Labels.number(MAX_USERS) + " users.");
    }

    /// Calls `each` for the users with these ids who exist, in the order of the ids.
    void each(PageVisit visit, List<UUID> ids, BiConsumer<User, Instant> each) {
        for (int i = 0; i < ids.size(); i += PART) {
            List<UUID> part = ids.subList(i, Math.min(ids.size(), i + PART));
            AsOf<Map<UUID, User>> seen = unlessRefused(directory.find(visit.actor(), visit.realmId(), part));
            for (UUID id : part) {
                User user = seen.value().get(id);
                if (user != null) {
                    each.accept(user, seen.at());
                }
            }
        }
    }
}
