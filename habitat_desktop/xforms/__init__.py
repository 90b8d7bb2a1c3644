"""Forms: XLSForm -> form definition -> instance. No database, no Qt."""
