package org.fdbox.protocol;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The methods of the three interfaces by their full names.
enum Method {
    GET_INFO(Interface.SERVICE, "GetInfo"),
    GET_INTERFACE_DESCRIPTION(Interface.SERVICE, "GetInterfaceDescription"),
    CREATE_BOX(Interface.STORE, "CreateBox"),
    DELETE_BOX(Interface.STORE, "DeleteBox"),
    LIST_BOXES(Interface.STORE, "ListBoxes"),
    SET_ACCESS(Interface.STORE, "SetAccess"),
    PUT(Interface.STORE, "Put"),
    PUT_MANY(Interface.STORE, "PutMany"),
    LIST(Interface.STORE, "List"),
    GET(Interface.STORE, "Get"),
    GET_MANY(Interface.STORE, "GetMany"),
    CONFIRM(Interface.STORE, "Confirm"),
    DROP(Interface.STORE, "Drop"),
    SEAL(Interface.STORE, "Seal"),
    UNSEAL(Interface.STORE, "Unseal"),
    PREPARE(Interface.STORE, "Prepare"),
    OPEN_BOX(Interface.STORE, "OpenBox"),
    HOLDERS(Interface.STORE, "Holders"),
    MONITOR(Interface.STORE, "Monitor"),
    SAVE(Interface.HANDOVER, "Save"),
    STATUS(Interface.HANDOVER, "Status"),
    LIST_HANDLERS(Interface.HANDOVER, "ListHandlers"),
    UPGRADE(Interface.HANDOVER, "Upgrade"),
    REGISTER_HANDLER(Interface.HANDOVER, "RegisterHandler"),
    RESTORED(Interface.HANDOVER, "Restored"),
    TAKE_OVER(Interface.HANDOVER, "TakeOver"),
    COMMIT(Interface.HANDOVER, "Commit"),
    ABORT(Interface.HANDOVER, "Abort"),
    ATTACH(Interface.HANDOVER, "Attach"),
    ACK(Interface.HANDOVER, "Ack");

    private static final Map<String, Method> BY_NAME =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(m -> m.fullName, Function.identity()));

    private final Interface home;
    private final String fullName;

    Method(Interface home, String name) {
        this.home = home;
        this.fullName = home.fullName() + "." + name;
    }

    /// The interface that it is a method of.
    Interface home() {
        return home;
    }

    String fullName() {
        return fullName;
    }

    static Method named(String fullName) throws Refused {
        Method method = BY_NAME.get(fullName);
        if (method == null) {
            int dot = Math.max(0, fullName.lastIndexOf('.'));
            Interface.named(fullName.substring(0, dot));
            throw new Refused.MethodNotFound(fullName);
        }
        return method;
    }
}
