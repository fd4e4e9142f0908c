extension StripeProvider {
  public var statements: StatementCalendar? { .utc }
}
