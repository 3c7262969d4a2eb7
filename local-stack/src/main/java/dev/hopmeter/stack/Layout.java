package dev.hopmeter.stack;

/** How many processes the parts run in, and which of the two ways of change data capture is among them. */
public record Layout(BrokerLayout brokers, ServiceLayout services, CdcLayout cdc) {

    /** The brokers together, a process for each service, and {@code cdc-connector} as one of these. */
    public static final Layout USUAL = new Layout(BrokerLayout.TOGETHER, ServiceLayout.SEPARATE);

    /** With {@code cdc-connector}. */
    public Layout(BrokerLayout brokers, ServiceLayout services) {
        this(brokers, services, CdcLayout.ENGINE);
    }
}
