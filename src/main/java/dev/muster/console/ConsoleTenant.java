package dev.muster.console;

import dev.muster.api.RequestTenant;
import dev.muster.console.SessionFilter.Cookie;
import dev.muster.http.HttpException;
import dev.muster.http.Method;
import dev.muster.http.Request;
import dev.muster.security.InvitationText;
import dev.muster.security.format.NamedRealm;
import dev.muster.security.passkeys.PasskeyResponse;
import java.util.OptionalLong;

/// Finds the tenant of a request to the console. Pages are those of the session's realm; signing in names the tenant or
/// the realm in the form, in a cookie, in the link, or in the passkey.
record ConsoleTenant(SessionFilter sessionFilter) {
    RequestTenant of(Request request) {
        String template = request.template();
        return switch (template) {
            case Console.BASE, Console.BASE + "/" -> ofVisitor(request);
            case Console.BASE + "/sign-in" ->
                request.method() == Method.GET ? ofVisitor(request) : ofField(request, "partner");
            case SsoPage.START -> ofField(request, "partner");
            case SsoPage.CALLBACK -> ofCookie(request, Cookie.SIGN_IN);
            case PasskeyPage.SIGN_IN -> ofPasskey(request);
            case PasskeyPage.SECOND_STEP -> ofCookie(request, Cookie.PASSKEY);
            case Console.INVITATION -> RequestTenant.ofRealm(InvitationText.realmOf(request.path("token")));
            default -> template.startsWith(Console.REALM) ? ofCookie(request, Cookie.SESSION) : RequestTenant.none();
        };
    }

    /// The realm of a visitor, who can also be treated as one who is not signed in.
    private RequestTenant ofVisitor(Request request) {
        OptionalLong realm = NamedRealm.ofCookie(sessionFilter.cookie(request, Cookie.SESSION));
        return realm.isPresent() ? new RequestTenant.OfRealm(realm.getAsLong(), true) : RequestTenant.none();
    }

    private RequestTenant ofCookie(Request request, Cookie which) {
        return RequestTenant.ofRealm(NamedRealm.ofCookie(sessionFilter.cookie(request, which)));
    }

    private static RequestTenant ofField(Request request, String name) {
        return RequestTenant.ofPartner(field(request, name));
    }

    private static RequestTenant ofPasskey(Request request) {
        return RequestTenant.ofRealm(PasskeyResponse.realmOf(field(request, PasskeyPage.CREDENTIAL)));
    }

    /// A field of the form; empty if the field is absent or the body is not a form.
    private static String field(Request request, String name) {
        try {
            return FormFields.orEmpty(request.form().first(name));
        } catch (HttpException unreadable) {
            return "";
        }
    }
}
