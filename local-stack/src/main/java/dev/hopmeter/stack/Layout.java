package dev.hopmeter.stack;

/** How many processes the parts run in. */
public record Layout(BrokerLayout brokers, ServiceLayout services) {

    /** The brokers together, and a process for each service. */
    public static final Layout USUAL = new Layout(BrokerLayout.TOGETHER, ServiceLayout.SEPARATE);
}
