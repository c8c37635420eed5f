package dev.muster.console;

import dev.muster.directory.Credentials;
import dev.muster.directory.Passkeys;
import dev.muster.http.Reply;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.SignInMethod;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Restricts operators who must use a passkey but have signed in with only a password. They can only sign out, and
/// either confirm with a passkey or, if they have none yet, add one.
record PasskeyGate(Credentials credentials, Passkeys passkeys) {
    /// The routes for signing out. These paths and those below are relative to the realm's pages.
    private static final Set<String> LEAVING = Set.of("/sign-out", "/sign-out-everywhere", "/sign-in-again");

    private static final Set<String> ADDING =
            Set.of(AccountPage.PATH, PasskeyPage.NEW, PasskeyPage.ADD, ConfirmPage.PATH, "/resume/{form}");

    private static final Set<String> CONFIRMING =
            Set.of(ConfirmPage.PATH, PasskeyPage.CONFIRM, PasskeyPage.CONFIRM_OPTIONS);

    /// Whether the operator must use a passkey and has not used one in this session.
    boolean isClosed(PageVisit visit) {
        Operator operator = visit.visitor().operator();
        return visit.visitor().session().provenBy() == SignInMethod.PASSWORD
                && credentials.passkeyPolicy(visit.realmId()).concerns(operator);
    }

    /// Whether the operator has a passkey.
    boolean hasPasskey(PageVisit visit) {
        return !passkeys.of(visit.realmId(), visit.visitor().operator().id()).isEmpty();
    }

    /// Returns a redirect to the page that the operator must visit first; null if they may continue.
    @Nullable
    Reply detour(PageVisit visit) {
        if (!isClosed(visit)) {
            return null;
        }
        String path = visit.request().template().substring(Console.REALM.length());
        if (LEAVING.contains(path)) {
            return null;
        }
        if (hasPasskey(visit)) {
            return CONFIRMING.contains(path) ? null : Pages.seeOther(ConfirmPage.path(visit, null));
        }
        return ADDING.contains(path) ? null : Pages.seeOther(visit.base() + AccountPage.PATH);
    }
}
