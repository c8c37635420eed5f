package dev.muster.console;

import dev.muster.api.RefusedException;
import dev.muster.api.RemoteClients;
import dev.muster.console.SessionFilter.Cookie;
import dev.muster.console.html.ErrorMessage;
import dev.muster.directory.Credentials;
import dev.muster.directory.Passkeys;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.Command;
import dev.muster.model.OperatorCommand;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Operator;
import dev.muster.model.credential.Passkey;
import dev.muster.model.credential.SignInMethod;
import dev.muster.model.tenant.Environment;
import dev.muster.model.tenant.Realm;
import dev.muster.security.ConsoleSessions;
import dev.muster.security.RemoteClient;
import dev.muster.security.passkeys.CeremonyRefused;
import dev.muster.security.passkeys.PasskeyCeremonies;
import dev.muster.security.passkeys.StartedCeremony;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Lets operators sign in and confirm with passkeys, and manage their own passkeys.
///
/// @param publicUrl the URL at which browsers reach the server; null to use the address of each request
public record PasskeyPage(
        PasskeyCeremonies ceremonies,
        Passkeys passkeys,
        PasskeyGate gate,
        ConsoleSessions consoleSessions,
        SessionFilter sessionFilter,
        ConfirmPage confirm,
        CommandSender sender,
        @Nullable URI publicUrl,
        InstantSource clock,
        Pages pages) {
    static final String SIGN_IN_OPTIONS = Console.BASE + "/passkeys/options";
    static final String SIGN_IN = Console.BASE + "/passkeys/sign-in";
    static final String SECOND_STEP = Console.BASE + "/passkeys/second-step";

    // These paths are relative to the realm's pages.
    static final String NEW = "/account/passkeys/new";
    static final String ADD = "/account/passkeys";
    static final String CONFIRM = "/confirm/passkey";
    static final String CONFIRM_OPTIONS = "/confirm/passkey/options";

    /// The form field with the device's response.
    static final String CREDENTIAL = "credential";

    /// The content of the page that asks for a passkey after the password.
    ///
    /// @param options the options for the browser, as JSON
    public record SecondStep(String username, String options) {}

    /// The content of the page that adds a passkey.
    ///
    /// @param options the options for the browser, as JSON
    public record NewPasskey(String name, String options) {}

    /// The passkeys on the account page.
    ///
    /// @param possible whether the operator can have passkeys
    /// @param missing whether the operator must add one before doing anything else
    public record OwnPasskeys(List<PasskeyLine> lines, boolean possible, boolean missing) {}

    /// A passkey, with all values formatted.
    public record PasskeyLine(UUID id, String name, String added, String used) {}

    // Signing in

    /// Starts a sign-in, and returns the options for the browser.
    Reply signInOptions(Request request) {
        if (!sessionFilter.isPrivate(request) || !sessionFilter.isFromOurselves(request)) {
            return sessionFilter.foreign(request);
        }
        String next = SignInPage.own(request, request.form().first("next"));
        return options(request, ceremonies.beginSignIn(origin(request), next));
    }

    private Reply options(Request request, StartedCeremony begun) {
        Reply reply = Pages.guarded(Reply.json(200, begun.options().getBytes(StandardCharsets.UTF_8)));
        return sessionFilter.remember(request, reply, Cookie.PASSKEY, begun.cookie());
    }

    /// Finishes a sign-in that uses only a passkey.
    Reply signIn(Request request) {
        return signedIn(request, ceremonies::finishSignIn);
    }

    /// Whether an operator who has given the password must also use a passkey, and has one. Operators without a
    /// passkey can sign in to add one; see [PasskeyGate].
    boolean isSecondStep(Realm realm, Operator operator) {
        return gate.credentials().passkeyPolicy(realm.id()).concerns(operator)
                && !passkeys.of(realm.id(), operator.id()).isEmpty();
    }

    /// Shows the page that asks for a passkey after the password.
    Reply askForSecondStep(Request request, Realm realm, Operator operator, String next) {
        StartedCeremony begun = ceremonies.beginSecondStep(origin(request), realm, operator, next);
        Reply page = pages.open(
                200, "second-step", new SecondStep(operator.username().text(), begun.options()));
        return sessionFilter.remember(request, page, Cookie.PASSKEY, begun.cookie());
    }

    /// Finishes a sign-in with password and passkey.
    Reply secondStep(Request request) {
        return signedIn(request, ceremonies::finishSecondStep);
    }

    private interface Finish {
        PasskeyCeremonies.SignedIn with(URI origin, @Nullable String cookie, String response, RemoteClient client)
                throws CeremonyRefused;
    }

    private Reply signedIn(Request request, Finish finish) {
        if (!sessionFilter.isPrivate(request)) {
            return sessionFilter.error(ErrorMessage.NO_TLS);
        }
        if (!sessionFilter.isFromOurselves(request)) {
            return sessionFilter.foreign(request);
        }
        String response = FormFields.orEmpty(request.form().first(CREDENTIAL));
        Result<Reply> reply = Credentials.answered(() -> {
            try {
                String cookie = sessionFilter.cookie(request, Cookie.PASSKEY);
                return Result.ok(
                        enter(request, finish.with(origin(request), cookie, response, RemoteClients.of(request))));
            } catch (CeremonyRefused e) {
                return Result.ok(refused(e));
            }
        });
        return sessionFilter.forget(
                request,
                reply instanceof Result.Ok<Reply>(var made) ? made : sessionFilter.error(BUSY),
                Cookie.PASSKEY);
    }

    private Reply refused(CeremonyRefused e) {
        ErrorMessage error = error(e);
        Reply reply =
                SignInPage.showAgain(pages, new SignInPage.Model("", Environment.PRODUCTION.wireName(), "", "", error));
        Duration after = e.retryAfter();
        return after == null ? reply : reply.with("Retry-After", Long.toString(Math.max(1, after.toSeconds())));
    }

    private Reply enter(Request request, PasskeyCeremonies.SignedIn signedIn) {
        return switch (consoleSessions.begin(
                signedIn.realm(), signedIn.operator(), SignInMethod.PASSKEY, SignInPage.device(request))) {
            case Result.Refused<ConsoleSessions.SignedIn> _ -> sessionFilter.error(BUSY);
            case Result.Ok<ConsoleSessions.SignedIn>(var who) -> {
                // Ends the browser's previous session.
                consoleSessions.signOut(sessionFilter.cookie(request), RemoteClients.of(request));
                String base = request.at(PageVisit.base(signedIn.realm()));
                String next = signedIn.next();
                yield sessionFilter.remember(
                        request, Pages.seeOther(next.startsWith(base + "/") ? next : base + "/overview"), who.cookie());
            }
        };
    }

    // Confirming

    Reply confirmOptions(PageVisit visit) {
        return options(
                visit.request(),
                ceremonies.beginConfirmation(
                        origin(visit.request()), visit.realm(), visit.visitor().operator()));
    }

    /// Finishes a step-up, and continues with the kept form.
    Reply confirm(PageVisit visit) {
        String cookie = sessionFilter.cookie(visit.request(), Cookie.PASSKEY);
        try {
            ceremonies.finishConfirmation(
                    origin(visit.request()),
                    visit.visitor().caller(),
                    visit.visitor().operator(),
                    cookie,
                    FormFields.orEmpty(visit.form().first(CREDENTIAL)),
                    RemoteClients.of(visit.request()));
        } catch (CeremonyRefused e) {
            return confirm.show(visit.with(error(e)));
        }
        consoleSessions.recordProof(sessionFilter.cookie(visit.request()), SignInMethod.PASSKEY);
        return sessionFilter.forget(
                visit.request(), confirm.onwards(visit, visit.form().first(ConfirmPage.FIELD)), Cookie.PASSKEY);
    }

    // The operator's own passkeys

    /// Returns the signed-in operator's passkeys.
    OwnPasskeys own(PageVisit visit) {
        Operator operator = visit.visitor().operator();
        List<PasskeyLine> lines = passkeys.of(visit.realmId(), operator.id()).stream()
                .map(passkey -> new PasskeyLine(
                        passkey.id(),
                        passkey.name(),
                        Labels.time(passkey.createdAt()),
                        Labels.time(passkey.lastUsedAt(), "never")))
                .toList();
        return new OwnPasskeys(lines, operator.identity() == null, lines.isEmpty() && gate.isClosed(visit));
    }

    /// Shows the page on which the browser creates a passkey.
    Reply showNew(PageVisit visit) {
        String name = name(visit);
        if (!visit.actor().hasRecentProof(clock.instant())) {
            throw new RefusedException(new Refusal.StepUpRequired(Actor.PROOF_LIFETIME));
        }
        StartedCeremony begun = ceremonies.beginAddition(
                origin(visit.request()), visit.realm(), visit.visitor().operator(), name);
        Reply page = pages.page(visit, "passkey-new", "Add a passkey", new NewPasskey(name, begun.options()));
        return sessionFilter.remember(visit.request(), page, Cookie.PASSKEY, begun.cookie());
    }

    private static String name(PageVisit visit) {
        FormFields in = visit.fields();
        String name = in.name();
        if (name.length() > Passkey.MAX_NAME_LENGTH) {
            in.fault("name", "too_long", "Must not be longer than " + Passkey.MAX_NAME_LENGTH + " characters.");
        }
        in.check();
        return name;
    }

    /// Adds the passkey that the browser created.
    Reply add(PageVisit visit) {
        Operator operator = visit.visitor().operator();
        Command command;
        try {
            command = ceremonies.finishAddition(
                    origin(visit.request()),
                    visit.realm(),
                    operator,
                    sessionFilter.cookie(visit.request(), Cookie.PASSKEY),
                    FormFields.orEmpty(visit.form().first(CREDENTIAL)));
        } catch (CeremonyRefused e) {
            return pages.trouble(visit, error(e));
        }
        sender.carryOut(visit, command);
        if (gate.isClosed(visit)) {
            // The operator has given the password before, and has now used the passkey.
            consoleSessions.recordProof(sessionFilter.cookie(visit.request()), SignInMethod.PASSKEY);
        }
        return sessionFilter.forget(visit.request(), visit.done(AccountPage.PATH, Flash.PASSKEY_ADDED), Cookie.PASSKEY);
    }

    Reply remove(PageVisit visit) {
        sender.carryOut(
                visit,
                new OperatorCommand.RemovePasskeys(
                        visit.visitor().operator().username().key(), visit.id("passkey")));
        return visit.done(AccountPage.PATH, Flash.PASSKEY_REMOVED);
    }

    /// Returns the origin of our pages: the origin of the public URL or, if none is configured, the request's
    /// `Origin`, which [SessionFilter#isFromOurselves] has checked.
    private URI origin(Request request) {
        URI known = publicUrl;
        return URI.create(
                known == null
                        ? FormFields.orEmpty(request.header("Origin"))
                        : known.getScheme() + "://" + known.getRawAuthority());
    }

    private static final ErrorMessage BUSY =
            new ErrorMessage(503, "The server cannot sign you in just now.", "Try again in a moment.");

    private static ErrorMessage error(CeremonyRefused refused) {
        return switch (refused.reason()) {
            case OVER ->
                new ErrorMessage(
                        400,
                        "This took too long, or was finished already.",
                        "Try again: each attempt is good for five minutes.");
            case INVALID ->
                new ErrorMessage(
                        403,
                        "The passkey's answer could not be verified.",
                        "Try again. If it fails again, tell your admin: the server's log says what is wrong.");
            case UNKNOWN ->
                new ErrorMessage(
                        403,
                        "This passkey is not known here.",
                        "It was removed, or belongs to another server. Use another one, or your password.");
            case UNVERIFIED ->
                new ErrorMessage(
                        403,
                        "Your device did not verify that it is you.",
                        "Use a passkey with a PIN, fingerprint or face, or your password.");
            case COPIED ->
                new ErrorMessage(
                        403,
                        "There may be a copy of this passkey, so it was refused.",
                        "Tell your admin, and remove the passkey.");
            case SSO_ONLY ->
                new ErrorMessage(
                        403, "Operators of this tenant sign in with single sign-on.", "Use single sign-on instead.");
            case TOO_MANY ->
                new ErrorMessage(
                        429, "Too many sign-ins from your address have failed.", "Wait a minute, then try again.");
            case BUSY -> BUSY;
        };
    }
}
