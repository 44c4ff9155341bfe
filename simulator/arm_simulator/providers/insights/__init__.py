"""Microsoft.Insights: autoscale settings and diagnostic settings."""
