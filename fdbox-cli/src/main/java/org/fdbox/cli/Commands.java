package org.fdbox.cli;

import java.util.List;

/// All commands, by name.
final class Commands {

    /// In the order of the help.
    static final List<String> NAMES = List.of(
            "demo", "doctor", "create", "delete", "ls", "chown", "chmod", "put", "get", "cat", "drop", "seal",
            "unseal", "prepare", "holders", "open", "save", "status", "upgrade", "handlers",
            "monitor");

    private Commands() {}

    /// @throws UsageException if there is none of that name
    static Command named(String name) throws UsageException {
        return switch (name) {
            case "create" -> new CreateCommand();
            case "delete" -> new DeleteCommand();
            case "ls" -> new ListCommand();
            case "chown" -> new ChownCommand();
            case "chmod" -> new ChmodCommand();
            case "put" -> new PutCommand();
            case "get" -> new GetCommand();
            case "cat" -> new CatCommand();
            case "drop" -> new DropCommand();
            case "seal" -> new SealCommand();
            case "unseal" -> new UnsealCommand();
            case "prepare" -> new PrepareCommand();
            case "holders" -> new HoldersCommand();
            case "open" -> new OpenCommand();
            case "save" -> new SaveCommand();
            case "status" -> new StatusCommand();
            case "upgrade" -> new UpgradeCommand();
            case "handlers" -> new HandlersCommand();
            case "monitor" -> new MonitorCommand();
            case "doctor" -> new DoctorCommand();
            case "demo" -> new DemoCommand();
            default -> throw new UsageException("there is no command \"" + name + "\"");
        };
    }
}
