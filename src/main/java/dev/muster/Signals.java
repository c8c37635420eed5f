package dev.muster;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// Listens for the signals that end the process, because a shutdown hook cannot find out which signal it was.
///
/// `sun.misc.Signal` of the module `jdk.unsupported` is called by reflection, because the compiler's warning
/// about it cannot be disabled.
final class Signals {
    private static final List<String> ENDING = List.of("TERM", "INT", "HUP");

    private Signals() {}

    /// Passes the name of the signal, such as `SIGTERM`, to `listener` before Java handles it as usual. Signals that
    /// the process ignores, as it does under `nohup`, remain ignored.
    static void listen(Consumer<String> listener) {
        for (String name : ENDING) {
            try {
                listen(name, listener);
            } catch (ReflectiveOperationException e) {
                // This happens with -Xrs, or on a JVM without that class. Signals then work as usual, but their names
                // are unknown.
                return;
            }
        }
    }

    private static void listen(String name, Consumer<String> listener) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Method act = handler.getMethod("handle", signal);
        AtomicReference<Object> original = new AtomicReference<>();
        // This need not check which method is called, because `handle` is the interface's only method.
        InvocationHandler ours = (_, _, arguments) -> {
            listener.accept("SIG" + name);
            Object next = original.get();
            return next == null ? null : act.invoke(next, arguments);
        };
        Object installed = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, ours);
        try {
            original.set(signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), installed));
        } catch (InvocationTargetException e) {
            throw new ReflectiveOperationException("SIG" + name + " cannot be listened to", e.getCause());
        }
    }
}
