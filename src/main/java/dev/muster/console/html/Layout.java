package dev.muster.console.html;

import dev.muster.model.credential.Actor;
import dev.muster.model.credential.Scope;
import dev.muster.model.tenant.Environment;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What stands around every page of somebody who is signed in.
///
/// @param title of the page
/// @param section the part of the console that the page is in
/// @param base the realm's own path
/// @param tenant the partner's id
/// @param formToken what each form carries
/// @param once by which a form that is sent twice, by a reload or a second click, is known, and what it asks
///     for done once
/// @param assets the version of style sheet and scripts
/// @param home the path of the console
/// @param error why the form that was sent is shown again; null when it is not
/// @param done what was done just now; null for nothing
public record Layout(
        String title,
        NavSection section,
        String base,
        String tenant,
        Environment environment,
        String operator,
        String role,
        Actor actor,
        String formToken,
        String once,
        String assets,
        String home,
        @Nullable ErrorMessage error,
        @Nullable String done) {
    /// A part of the console to go to.
    public record Link(String title, Icon icon, String href, boolean current) {}

    /// The parts that this operator may read.
    public List<Link> sections() {
        return Stream.of(NavSection.values())
                .filter(each -> each.isInMenu() && actor.may(each.needs()))
                .map(each -> new Link(each.title(), each.icon(), base + "/" + each.path(), each == section))
                .toList();
    }

    /// The realm in words: `acme, production`.
    public String realm() {
        return tenant + ", " + environment.word();
    }

    /// The other environment of the tenant, for which one signs in anew.
    public Environment otherEnvironment() {
        return environment == Environment.TEST ? Environment.PRODUCTION : Environment.TEST;
    }

    /// The address of one of the console's own files.
    public String asset(String name) {
        return home + "/assets/" + name + "?v=" + assets;
    }

    public boolean may(Scope scope) {
        return actor.may(scope);
    }
}
