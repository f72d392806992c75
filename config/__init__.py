"""What an office may change: settings from the environment, catalogues and programmes from YAML."""
