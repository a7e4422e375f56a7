again: ${templatefile("loop.tpl", { name = name })}
