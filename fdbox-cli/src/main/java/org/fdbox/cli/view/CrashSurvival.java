package org.fdbox.cli.view;

/// What a daemon's word for its crash survival means to people.
public final class CrashSurvival {

    private CrashSurvival() {}

    public static String means(String word) {
        return switch (word) {
            case "safe" -> "loses nothing: systemd keeps each entry before its put is acknowledged";
            case "fast" -> "loses what was put a moment before: systemd keeps each entry soon after its put";
            case "off" -> "loses what is not saved: nobody else keeps the entries";
            default -> word;
        };
    }
}
