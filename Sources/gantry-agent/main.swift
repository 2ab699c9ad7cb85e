print("gantry-agent")
