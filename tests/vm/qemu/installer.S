# What the CD of iso.pkr.hcl starts, in place of an installer: it keeps on the disk what is typed until Enter (sector 0;
# a key without a character as its scan code + 0x80) and the first 36 sectors of the floppy disk (from sector 1 on), and
# switches the machine off.
    .code16
    .globl _start
_start:
    cli
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movw $0x7c00, %sp
    sti
    cld
    movw $0x9000, %di
    movw $256, %cx
    rep stosw
    movw $0x9000, %di
next_key:
    xorw %ax, %ax
    int $0x16
    cmpb $0x0d, %al
    je typed
    testb %al, %al
    jnz keep
    movb %ah, %al
    orb $0x80, %al
keep:
    stosb
    cmpw $0x9200, %di
    jb next_key
typed:
    movw $0x0301, %ax           # write one sector
    movw $0x9000, %bx
    movw $0x0001, %cx
    movw $0x0080, %dx
    int $0x13

    movw $0x0212, %ax           # read 18: side 0
    movw $0xa000, %bx
    movw $0x0001, %cx
    movw $0x0000, %dx
    int $0x13
    jc off
    movw $0x0312, %ax
    movw $0x0002, %cx
    movw $0x0080, %dx
    int $0x13
    movw $0x0212, %ax           # side 1
    movw $0x0001, %cx
    movw $0x0100, %dx
    int $0x13
    movw $0x0312, %ax
    movw $0x0014, %cx
    movw $0x0080, %dx
    int $0x13
off:
    movw $0x0604, %dx           # PM1a control of PIIX4, where SeaBIOS puts it
    movw $0x2000, %ax
    outw %ax, %dx
wait:
    hlt
    jmp wait
