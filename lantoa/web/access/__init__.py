"""Who may do what on the dashboard: nobody is asked on this machine, everybody who comes from another one."""
