<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Field;

\defined('_JEXEC') or die;

use Joomla\CMS\Form\FormField;

/** A consent box with its exact text beside it, never ticked in advance. */
final class ConsentField extends FormField
{
    protected $type = 'Consent';

    protected function getLabel()
    {
        return '';
    }

    protected function getInput()
    {
        return sprintf(
            '<div class="form-check"><input type="checkbox" class="form-check-input" id="%1$s" name="%2$s" value="1"%3$s>'
            . '<label class="form-check-label" for="%1$s">%4$s</label></div>',
            self::escape($this->id),
            self::escape($this->name),
            (string) $this->value === '1' ? ' checked' : '',
            nl2br(self::escape((string) $this->element['text']), false)
        );
    }

    private static function escape(string $text): string
    {
        return htmlspecialchars($text, ENT_QUOTES, 'UTF-8');
    }
}
