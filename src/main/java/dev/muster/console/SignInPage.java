package dev.muster.console;

import dev.muster.directory.Register;
import dev.muster.http.Form;
import dev.muster.http.Reply;
import dev.muster.http.Request;
import dev.muster.model.Change;
import dev.muster.model.Command;
import dev.muster.model.Environment;
import dev.muster.model.Realm;
import dev.muster.model.Refusal;
import dev.muster.model.Result;
import dev.muster.security.Visitors;
import dev.muster.security.Visitors.SignedIn;
import dev.muster.security.Visitors.Visitor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Signing in and out.
public final class SignInPage {
    private static final String PAGE = "sign-in";

    private final Register register;
    private final Visitors visitors;
    private final Doors doors;
    private final Sender sender;
    private final Pages pages;
    private final Words words;

    SignInPage(Register register, Visitors visitors, Doors doors, Sender sender, Pages pages, Words words) {
        this.register = register;
        this.visitors = visitors;
        this.doors = doors;
        this.sender = sender;
        this.pages = pages;
        this.words = words;
    }

    /// What the page shows: what was typed before, but for the password.
    ///
    /// @param next the page to go to afterwards; empty for the overview
    /// @param sorry why it did not work; null before the first try
    public record Model(
            String partner,
            String environment,
            String username,
            String next,
            @Nullable Sorry sorry) {}

    /// The form; whoever is signed in already goes on.
    Reply show(Request request) {
        if (!doors.isPrivate(request)) {
            return doors.sorry(Sorry.NO_TLS);
        }
        String next = own(request.query("next"));
        Visitor visitor = doors.visitor(request);
        if (visitor != null
                && (next.isEmpty()
                        || next.startsWith(Visit.base(visitor.caller().realm()) + "/"))) {
            return Pages.seeOther(next.isEmpty() ? Visit.base(visitor.caller().realm()) + "/overview" : next);
        }
        // A link says in which realm it is.
        String[] path = next.split("[/?]", -1);
        String partner = path.length > 3 ? path[2] : "";
        String environment = path.length > 3 ? path[3] : Environment.PRODUCTION.word();
        return pages.open(200, PAGE, new Model(partner, environment, "", next, null));
    }

    Reply signIn(Request request) {
        if (!doors.isPrivate(request)) {
            return doors.sorry(Sorry.NO_TLS);
        }
        if (!doors.isFromOurselves(request)) {
            return doors.sorry(Sorry.NOT_OURS);
        }
        Form form = request.form();
        String partner = text(form, "partner");
        String environment = text(form, "environment");
        String username = text(form, "username");
        String next = own(form.first("next"));
        Result<SignedIn> result = realm(partner, environment)
                .then(realm -> visitors.signIn(realm.orElse(null), username, text(form, "password"), request.client()));
        return switch (result) {
            case Result.Ok<SignedIn>(var who) -> {
                // A session that the browser had before is not left behind.
                visitors.signOut(doors.cookie(request));
                String base = Visit.base(who.realm());
                yield doors.remember(
                        request, Pages.seeOther(next.startsWith(base + "/") ? next : base + "/overview"), who.cookie());
            }
            case Result.Refused<SignedIn>(var refusal) -> {
                Sorry sorry = words.sorry(refusal);
                Reply reply = pages.open(sorry.status(), PAGE, new Model(partner, environment, username, next, sorry));
                yield refusal instanceof Refusal.TooManyFailures(var after)
                        ? reply.with("Retry-After", Long.toString(after.toSeconds()))
                        : reply;
            }
        };
    }

    /// Empty for one that there is not, which is answered like a wrong password: nobody learns here which there are.
    private Result<Optional<Realm>> realm(String partner, String environment) {
        Environment known = Doors.environment(environment);
        return Register.answered(() -> Result.ok(
                known == null || partner.isBlank()
                        ? Optional.empty()
                        : Optional.ofNullable(register.realm(partner.strip(), known))));
    }

    Reply signOut(Visit visit) {
        visitors.signOut(doors.cookie(visit.request()));
        return doors.forget(visit.request(), Pages.seeOther(Console.BASE + "/sign-in"));
    }

    /// Ends the operator's sessions and tokens, wherever they are, by a command that the journal shows.
    Reply signOutEverywhere(Visit visit) {
        Command command = new Command.SignOutOperator(
                visit.visitor().operator().username().key());
        return switch (sender.send(visit, command)) {
            case Result.Refused<Change>(var refusal) -> doors.sorry(words.sorry(refusal));
            case Result.Ok<Change> _ -> {
                // The command has voided them already.
                visitors.signOutEverywhere(visit.visitor());
                yield doors.forget(visit.request(), Pages.seeOther(Console.BASE + "/sign-in"));
            }
        };
    }

    private static String text(Form form, String name) {
        String text = form.first(name);
        return text == null ? "" : text;
    }

    /// A path of the console's own: nobody is led elsewhere from here.
    private static String own(@Nullable String next) {
        return next != null
                        && next.length() <= Doors.LONGEST_NEXT
                        && !next.contains("..")
                        && !next.contains("//")
                        && next.startsWith(Console.BASE + "/")
                        && !next.startsWith(Console.BASE + "/sign-in")
                        && next.chars().allMatch(c -> c > ' ' && c <= '~' && c != '\\')
                ? next
                : "";
    }
}
