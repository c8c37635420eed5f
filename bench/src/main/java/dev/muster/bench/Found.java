package dev.muster.bench;

import java.util.function.ToDoubleFunction;

/// The results on one database, in the form that the rows of the table use.
///
/// @param peer the peer's results; empty if the run had no peer
record Found(Samples own, Samples peer) {
    double rate(String name) {
        return own.rate(name).median();
    }

    double p75(String name) {
        return own.p75(name).median();
    }

    double p99(String name) {
        return own.p99(name).median();
    }

    /// Returns the median of the ratios of two rates, which are compared round by round.
    double ratio(String name, String to) {
        return ratio(name, to, Sample::perSecond);
    }

    double ratio(String name, String to, ToDoubleFunction<Sample> figure) {
        return own.ratio(name, to, figure).median();
    }

    double timesThePeer(String name, String peerName) {
        return rate(name) / peer.rate(peerName).median();
    }

    /// Returns the maximum, or NaN if any figure is missing.
    static double most(double... figures) {
        double most = Double.NaN;
        for (double figure : figures) {
            if (Double.isNaN(figure)) {
                return Double.NaN;
            }
            most = Double.isNaN(most) ? figure : Math.max(most, figure);
        }
        return most;
    }
}
