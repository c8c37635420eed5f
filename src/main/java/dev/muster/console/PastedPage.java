package dev.muster.console;

import dev.muster.api.RefusedException;
import dev.muster.http.Reply;
import dev.muster.model.Result;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// Finds the users in a pasted list, so that they can be held or released together.
public record PastedPage(ChosenUsers chosenUsers, TypedUser typedUser, Pages pages, Labels labels) {
    /// The content of the page.
    ///
    /// @param missing an error message for each line that does not identify a user
    public record Model(List<UsersPage.Row> rows, List<String> missing) {
        public List<UsersPage.Head> heads() {
            return UserSort.heads(null, null);
        }
    }

    /// Finds the users in a list of e-mail addresses, usernames, external ids, numbers or ids, one per line.
    Reply paste(PageVisit visit) {
        List<String> lines = visit.fields().lines("list").stream().distinct().toList();
        if (lines.isEmpty() || lines.size() > ChosenUsers.MAX_USERS) {
            throw new RefusedException(ChosenUsers.tooMany());
        }
        Set<UUID> found = new LinkedHashSet<>();
        List<String> missing = new ArrayList<>();
        for (Result<UUID> named : typedUser.find(visit, "list", lines)) {
            switch (named) {
                case Result.Ok<UUID>(var id) -> found.add(id);
                case Result.Refused<UUID>(var refusal) ->
                    missing.add(labels.error(refusal).happened());
            }
        }
        List<UsersPage.Row> rows = new ArrayList<>();
        chosenUsers.each(visit, List.copyOf(found), (user, at) -> rows.add(UsersPage.Row.of(visit, user, at)));
        return pages.page(visit, "pasted", "Pasted users", new Model(rows, missing));
    }
}
